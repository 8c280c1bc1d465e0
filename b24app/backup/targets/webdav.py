"""Keeps objects on a WebDAV server: Яндекс Диск, Nextcloud and others. A file gets its name when all of its bytes are there.

RFC 4918: MKCOL for folders, PUT aside and MOVE without overwriting, PROPFIND of depth 1 for lists.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from b24app.backup.targets.object_names import LARGEST, UNFINISHED, parents, unfinished_name
from b24app.backup.targets.safe_xml import MOST_XML, XmlElement, XmlTooLong, XmlWrong, read_xml
from b24app.backup.targets.storage_requests import StorageReply, StorageRequests
from b24app.backup.targets.target import (
    ObjectMissing,
    StoredObject,
    TargetFailed,
    TargetRefused,
    listed_below,
)
from b24app.backup.targets.target_settings import WebDavSettings

YANDEX = "webdav.yandex.ru"
BUSY = frozenset({408, 423, 429, 503})
REFUSED = {403: "right", 404: "folder", 405: "answer", 409: "folder", 413: "too_large", 507: "no_room"}
MISSING_FOLDER = frozenset({404, 409})
DONE = frozenset({200, 201, 204})
PROPERTIES = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop></propfind>'
OF_A_FOLDER = frozenset({"multistatus", "response", "href", "getcontentlength", "collection"})
DEEPEST, MOST_FOLDERS = 8, 20_000


@dataclass(frozen=True, slots=True)
class WebDavEntry:
    """One entry of a folder."""

    name: str
    is_folder: bool
    size: int


@dataclass
class WebDavTarget:
    """Objects as files of one user's folder."""

    settings: WebDavSettings
    requests: StorageRequests
    _made: set[str] = field(default_factory=set, init=False)
    _looked: int = field(default=0, init=False)

    def put(self, name: str, content: bytes) -> None:
        """Upload to a temporary name, then move to the name; other bytes of this name stay as they are."""
        aside = unfinished_name(name, secrets.token_hex(8))
        try:
            self._upload(aside, content)
            moved = self._ask("MOVE", name=aside, headers={"Destination": self._url(name), "Overwrite": "F"})
        except TargetFailed:
            self._forget_quietly(aside)
            raise
        if moved.status in DONE:
            return
        self._forget_quietly(aside)
        if moved.status == 412:
            if self.get(name) != content:
                raise TargetRefused("other_bytes")
        elif moved.status < 500 or not self._holds(name, content):
            raise self._explain(moved)

    def _holds(self, name: str, content: bytes) -> bool:
        """Whether exactly these bytes are stored, whoever has put them: of two moves at once a server may fail one."""
        try:
            return self.get(name) == content
        except (ObjectMissing, TargetFailed):
            return False

    def get(self, name: str) -> bytes:
        """The bytes of a file."""
        reply = self._ask("GET", name)
        if reply.status in MISSING_FOLDER:
            raise ObjectMissing
        if reply.status != 200:
            raise self._explain(reply)
        return reply.content

    def delete(self, name: str) -> None:
        """Remove a file."""
        reply = self._ask("DELETE", name)
        if reply.status not in DONE | MISSING_FOLDER:
            raise self._explain(reply)

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """Files below the folder of the prefix, folder by folder."""
        self._looked = 0
        return listed_below(prefix, self._walk(prefix.rpartition("/")[0], DEEPEST))

    def close(self) -> None:
        """Close connections."""
        self.requests.close()

    def _walk(self, folder: str, depth: int) -> Iterator[StoredObject]:
        self._looked += 1
        if self._looked > MOST_FOLDERS:
            raise TargetRefused("too_many")
        for found in sorted(self._children(folder), key=lambda one: one.name):
            path = f"{folder}/{found.name}" if folder else found.name
            if not found.is_folder:
                if not found.name.startswith(UNFINISHED):
                    yield StoredObject(path, found.size)
            elif depth:
                yield from self._walk(path, depth - 1)

    def _children(self, folder: str) -> list[WebDavEntry]:
        reply = self._ask("PROPFIND", f"{folder}/" if folder else "", {"Depth": "1"}, PROPERTIES)
        if reply.status in MISSING_FOLDER:
            return []
        if reply.status != 207:
            raise self._explain(reply)
        try:
            root = read_xml(reply.content, OF_A_FOLDER)
        except XmlTooLong:
            raise TargetRefused("too_long") from None
        except XmlWrong:
            raise TargetFailed("answer") from None
        own = unquote(urlsplit(self._url(folder)).path).rstrip("/")
        return [found for one in root.all("response") if (found := _listed(one, own)) is not None]

    def _upload(self, name: str, content: bytes) -> None:
        headers = {"Content-Type": "application/octet-stream"}
        reply = self._ask("PUT", name, headers, content)
        if reply.status in MISSING_FOLDER:
            self._make_folders(name)
            reply = self._ask("PUT", name, headers, content)
        if reply.status not in DONE:
            raise self._explain(reply)

    def _make_folders(self, name: str) -> None:
        for folder in parents(name):
            if folder not in self._made:
                reply = self._ask("MKCOL", folder)
                if (
                    reply.status >= 500
                ):  # servers fail when two make the same folder at once: ask whether it exists now
                    reply = self._ask("MKCOL", folder)
                if reply.status not in DONE | {405}:  # 405: it exists already
                    raise self._explain(reply)
                self._made.add(folder)

    def _forget_quietly(self, name: str) -> None:
        """Delete an unfinished upload; when that fails as well, its name is not listed anyway."""
        try:
            self._ask("DELETE", name)
        except TargetFailed:
            return

    def _ask(
        self, method: str, name: str, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> StorageReply:
        secret = f"{self.settings.user}:{self.settings.secret.get_secret_value()}".encode()
        signed = {"Authorization": f"Basic {b64encode(secret).decode()}", **(headers or {})}
        most = LARGEST if method == "GET" else MOST_XML
        return self.requests.ask(method, self._url(name), signed, content or None, most=most)

    def _url(self, name: str) -> str:
        return f"{self.settings.url.rstrip('/')}/{quote(name, safe='/-_.~')}"

    def _explain(self, reply: StorageReply) -> TargetFailed:
        if reply.status == 401:
            is_yandex = urlsplit(self.settings.url).hostname == YANDEX
            return TargetRefused("app_password" if is_yandex else "password")
        if reply.status in BUSY:
            return TargetFailed("busy")
        if reply.status in REFUSED:
            return TargetRefused(REFUSED[reply.status])
        return TargetFailed("fault") if reply.status >= 500 else TargetRefused("answer")


def _listed(response: XmlElement, own: str) -> WebDavEntry | None:
    """A direct child of the listed folder; whatever else a server returns is left out."""
    path = unquote(urlsplit(response.value("href")).path).rstrip("/")
    folder, _, name = path.rpartition("/")
    if folder != own or not name:
        return None
    size = response.value("getcontentlength")
    return WebDavEntry(name, response.first("collection") is not None, int(size) if size.isdecimal() else 0)
