"""Downloads the bytes of files into packs: at once from the address that the portal returned, in parts, never written to a log."""

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from b24app.backup.reading.missing_files import Came, MissingFiles, write_mark
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.bitrix24.transport import unreachable
from b24app.deadline import seconds_left, within
from b24app.errors import PortalError, RightMissing, VendorFault
from b24app.guard import PlaceRefused
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.network import demand_leave
from b24app.rest_client import RestClient
from b24app.text.messages import N_

PART = 4 * 1024 * 1024
PIECE = 256 * 1024
MOST_HOPS = 4
TIMEOUT = (10.0, 30.0)
HEAD_SECONDS, PIECE_SECONDS = 40.0, 60.0
"""How long an answer may take to begin, and each quarter of a megabyte of it: a slow file does not hold up the copy."""
ADDRESSES = frozenset({"urlmachine", "url_machine", "downloadurl", "download_url"})
"""Names of addresses that carry the token of who asked."""


SOME_REFUSED = N_("The portal did not give some folders or files.")
NOT_GIVEN = "contentRefused"
"""Marks a row whose file was not received, so that its digest is another one and the next copy asks again."""
NOT_READ = (requests.RequestException, HTTPError, OSError)


class FileRefused(RightMissing):
    """This file cannot be taken: it was deleted, is closed to us, or its address is one that we never call."""


class FileLate(VendorFault):
    """This file did not come now: its host is silent, busy or broke off, or the address was signed too long ago."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as a row names it; `told` is its size as the portal returned it, if it did."""

    id: str
    address: str
    told: int | None = None


@dataclass(frozen=True, slots=True)
class FileContents:
    """Takes files and attaches them to the rows that name them; a file that does not come stops nothing."""

    keeper: PackKeeper
    client: RestClient
    open_session: Callable[[], requests.Session]
    missing: MissingFiles

    def keep(self, item_id: int, row: JsonObject, files: Iterable[NamedFile]) -> bool:
        """Pack an item with its files before it; a row without all its files is marked so. Returns the same as `PackKeeper.take`."""
        found = {self._take(item_id, one) for one in files}
        came = next((one for one in (Came.LATE, Came.REFUSED) if one in found), Came.WHOLE)
        packed = self.keeper.take(item_id, row if came == Came.WHOLE else {**row, NOT_GIVEN: True})
        # only once its row is packed: a kill in between asks again
        if came != Came.WHOLE:
            self.keeper.missing[item_id] = write_mark(came, self.missing.work.copy_id)
            self.missing.count_refused(int(came == Came.REFUSED))
        elif self.missing.holds(item_id):
            self.keeper.missing[item_id] = None
        return packed

    def _take(self, item_id: int, file: NamedFile) -> Came:
        """Pack the parts of one file, unless its host is silent now; returns the outcome."""
        if self.missing.host_is_silent():
            return Came.LATE
        try:
            self._attach(item_id, file)
        except FileRefused:
            return Came.REFUSED
        except FileLate:
            self.missing.count_silence()
            return Came.LATE
        self.missing.end_silence()
        return Came.WHOLE

    def _attach(self, item_id: int, file: NamedFile) -> None:
        """Pack one file. Raises FileRefused when the size differs from the one the portal returned, as for a page that asks to log in.

        A file counts as one request of the portal's budget.
        """
        size = 0
        self.client.connection.rate_limit.wait_turn()
        steady = self.client.connection.rate_limit.pace.steady
        parts = parts_of(self.open_session, self._address(file), file.told, steady)
        for number, part in enumerate(parts, 1):
            size += len(part)
            row: JsonObject = {"part": number, "content": base64.b64encode(part).decode("ascii")}
            self.keeper.attach(item_id, f"{item_id}/{file.id}/{number}", row)
        if file.told is not None and size != file.told:
            raise FileRefused("other_size")

    def _address(self, file: NamedFile) -> str:
        """The address of a file; some fields hold a path of the portal, which our token opens (catalog-product-list.md)."""
        if not file.address:
            raise FileRefused("no_address")
        if not file.address.startswith("/"):
            return file.address
        connection = self.client.connection
        whole, pair = urljoin(connection.address.current(), file.address), connection.pair()
        return f"{whole}{'&' if '?' in whole else '?'}auth={quote(pair.access)}" if pair else whole


def parts_of(
    open_session: Callable[[], requests.Session],
    address: str,
    told: int | None = None,
    steady: Callable[[], float] | None = None,
) -> Iterator[bytes]:
    """The bytes behind an address, four megabytes at a time; an empty file has no part."""
    with open_session() as session:
        response = _open(session, address)
        try:
            _demand_file(response, told)
            yield from _joined(_pieces(response, steady))
        finally:
            response.close()


def _pieces(response: requests.Response, steady: Callable[[], float] | None) -> Iterator[bytes]:
    """Yield piece after piece, each within its time; raises FileLate."""
    pieces = response.iter_content(PIECE)
    while True:
        try:
            with within(PIECE_SECONDS, steady):
                piece, left = next(pieces, None), seconds_left()
        except NOT_READ as error:
            raise FileLate(type(unreachable(error)).__name__) from None
        if piece is None:
            return
        if left <= 0:
            raise FileLate("too_slow")
        yield piece


def _demand_file(response: requests.Response, told: int | None) -> None:
    """Raises FileRefused for an answer that is plainly not the file: another length, or a page where no length is known."""
    length, packed = response.headers.get("Content-Length", ""), response.headers.get("Content-Encoding")
    if told is not None:
        if length.isdigit() and not packed and int(length) != told:
            raise FileRefused("other_size")
        return
    attached = response.headers.get("Content-Disposition", "").lower().startswith("attachment")
    if response.headers.get("Content-Type", "").lower().startswith("text/html") and not attached:
        raise FileRefused("a_page")


def _open(session: requests.Session, address: str) -> requests.Response:
    """Follow redirects of a portal to its storage; every address goes through the guard of our sessions, and none into an error's text."""
    for _ in range(MOST_HOPS):
        demand_leave()
        try:
            with within(HEAD_SECONDS):
                response = session.get(address, stream=True, allow_redirects=False, timeout=TIMEOUT)
        except PlaceRefused as error:
            raise FileRefused(error.reason) from None
        except NOT_READ as error:
            raise FileLate(type(unreachable(error)).__name__) from None
        if response.status_code == 200:
            return response
        onward = response.headers.get("Location", "") if 300 <= response.status_code < 400 else ""
        response.close()
        if not onward:
            raise _refusal(response.status_code)
        address = urljoin(address, onward)
    raise FileRefused("too_many_hops")


def _refusal(status: int) -> PortalError:
    """Return a refusal for a file that is closed or deleted; other failures are late: it is asked for again, by a fresh address."""
    if status in (400, 403, 404, 410):
        return FileRefused(f"http_{status}", http=status)
    return FileLate(f"http_{status}", http=status)


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept, size = [], 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= PART:
            yield b"".join(kept)
            kept, size = [], 0
    if size:
        yield b"".join(kept)


def files_in(row: JsonObject) -> Iterator[NamedFile]:
    """The files that an item's fields name."""
    for value in row.values():
        for one in value if is_array(value) else [value]:
            file = (
                one.get("value", one) if is_object(one) else None
            )  # a property of a product has its file inside
            if is_object(file) and ((address := _address(file)) or file.get(NOT_GIVEN) is True):
                yield NamedFile(str(file.get("id") or file.get("ID") or ""), address)


def _address(file: JsonObject) -> str:
    found = next((str(value) for name, value in file.items() if name.lower() in ADDRESSES and value), "")
    return found if urlsplit(found).scheme in ("http", "https") or found.startswith("/rest/") else ""


def without_addresses(row: JsonObject) -> JsonObject:
    """A row whose files have no address: it would hold the token of who asked."""
    return {
        name: _bare(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
        if name.lower() not in ADDRESSES
    }


def _bare(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _bare(one) for name, one in value.items() if name.lower() not in ADDRESSES}
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value
