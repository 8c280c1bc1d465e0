"""Packs: rows as lines of JSON, zstd, age to one or two public keys; each at most 8 MB, named by the hash of its sealed bytes."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyrage
import zstandard
from pydantic_core import PydanticSerializationError, to_json

from b24app.backup.archive.keys import Identity, WrongKey, check_recipients
from b24app.backup.reader.pack_format import Line, PackFacts, open_lines
from b24app.backup.reader.problems import Problem
from b24app.errors import AppError
from b24app.json_values import JsonObject
from b24app.text.messages import N_

RAW_LIMIT = 7_500_000
MOST_SEALED = 8_000_000
MOST_PLAIN_OF_A_PACK = 8 * MOST_SEALED
"""A reader unpacks no more, so that a few bytes cannot fill its memory."""
LEVEL = 3


class PackDamaged(AppError):
    """The bytes of a pack are not what was written."""

    status = 422
    public = N_("A pack of the copy is damaged: its bytes are not those that were written.")


class PackTooBig(AppError):
    """One row alone is larger than a pack may be; nothing is left out silently."""

    public = N_("One row of the portal is too big for the copy.")


@dataclass(frozen=True, slots=True)
class PackRow:
    """A row as it was read; None in its place means that the item was deleted."""

    id: str
    read_at: datetime
    row: JsonObject | None


@dataclass(frozen=True, slots=True)
class SealedPack:
    """A pack ready for the target; `rows` counts every line, `gone` those that mark a deletion."""

    name: str
    sha256: str
    plain_sha256: str
    size: int
    rows: int
    gone: int
    first_id: str
    last_id: str
    content: bytes


def pack_name(sha256: str) -> str:
    """The name of a pack in the target."""
    return f"packs/{sha256}.jsonl.zst.age"


def write_line(one: PackRow) -> bytes:
    """A row as its line in a pack."""
    line: dict[str, object] = {"id": one.id, "read_at": one.read_at.astimezone(UTC).isoformat()}
    line |= {"gone": True} if one.row is None else {"row": one.row}
    try:
        return to_json(line, inf_nan_mode="null") + b"\n"
    except (PydanticSerializationError, UnicodeEncodeError, ValueError):  # half a pair of surrogates
        return json.dumps(line).encode() + b"\n"


class PackWriter:
    """Takes rows one by one and returns a sealed pack whenever the next row does not fit; holds at most one pack."""

    def __init__(self, recipients: Sequence[str], raw_limit: int = RAW_LIMIT) -> None:
        self._recipients = [pyrage.x25519.Recipient.from_str(one) for one in check_recipients(recipients)]
        self._raw_limit = raw_limit
        self._begin()

    def _begin(self) -> None:
        self._packer = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
        self._packed, self._plain, self._raw = io.BytesIO(), hashlib.sha256(), 0
        self._rows = self._gone = 0
        self._first = self._last = ""

    def add(self, one: PackRow) -> SealedPack | None:
        """Take a row; returns the pack before it, when that is full."""
        line = write_line(one)
        if len(line) > MOST_PLAIN_OF_A_PACK:
            raise PackTooBig
        full = self.finish() if self._rows and self._raw + len(line) > self._raw_limit else None
        self._plain.update(line)
        self._packed.write(self._packer.compress(line))
        self._raw += len(line)
        self._first = self._first if self._rows else one.id
        self._last, self._rows = one.id, self._rows + 1
        self._gone += one.row is None
        return full

    def finish(self) -> SealedPack | None:
        """The pack of the rows taken since the last one; None without any."""
        if not self._rows:
            return None
        self._packed.write(self._packer.flush())
        content = pyrage.encrypt(self._packed.getvalue(), self._recipients)
        if len(content) > MOST_SEALED:
            raise PackTooBig
        digest = hashlib.sha256(content).hexdigest()
        pack = SealedPack(
            pack_name(digest), digest, self._plain.hexdigest(), len(content),
            self._rows, self._gone, self._first, self._last, content,
        )  # fmt: skip
        self._begin()
        return pack


def write_packs(
    rows: Iterable[PackRow], recipients: Sequence[str], raw_limit: int = RAW_LIMIT
) -> Iterator[SealedPack]:
    """Rows as packs, one after the other."""
    writer = PackWriter(recipients, raw_limit)
    for row in rows:
        if pack := writer.add(row):
            yield pack
    if pack := writer.finish():
        yield pack


def open_pack(content: bytes, identity: Identity, sha256: str = "") -> Iterator[PackRow]:
    """The rows of a pack, all of its bytes checked first; raises WrongKey or PackDamaged."""
    try:
        for line in open_lines(content, [identity], PackFacts(sha256=sha256)):
            yield _row_of(line)
    except Problem as problem:
        raise (WrongKey if problem.code == "wrong_key" else PackDamaged) from None


def _row_of(line: Line) -> PackRow:
    try:
        return PackRow(line["id"], datetime.fromisoformat(line["read_at"]), line.get("row"))
    except ValueError:
        raise Problem("damaged") from None
