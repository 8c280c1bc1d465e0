"""Writing a portal's data: every table as a file of JSON in one ZIP, read in stretches and stored in pieces, within bounds."""

import base64
import io
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

import zstandard
from pydantic_core import PydanticSerializationError, from_json, to_json
from sqlalchemy import ColumnElement, delete, not_, select, update

from b24app.bitrix24.call_texts import BETWEEN
from b24app.database import changed_rows, db
from b24app.legal.model import DataFilePart
from b24app.legal.stored_tables import StoredTable, stored_tables
from b24app.portals.model import Portal

PIECE = 1024 * 1024
MOST_BYTES = 256 * PIECE
MOST_PIECES = 1 << 16
"""Pieces of a made file are numbered below it, those of one in the making above."""
WRITERS = range(1, 1 << 14)
FEW, MANY = 5, 500
MOST_UNPACKED = 64 * PIECE
ABOUT = "about.json"
CALL_TEXTS = 2


class DataTooLarge(Exception):
    """There is more than may wait in the database."""


class PartWriter(io.RawIOBase):
    """A file that is only written on: its pieces become sealed rows, each kept as soon as it is whole.

    They are stored at numbers of this writer's own until `settle` puts them into their places.
    """

    def __init__(self, file_id: int) -> None:
        super().__init__()
        self.file_id, self.size, self._waiting = file_id, 0, bytearray()
        self._first = self._number = MOST_PIECES * secrets.choice(WRITERS)

    def writable(self) -> bool:
        """True: the file is for writing alone."""
        return True

    def write(self, data: object, /) -> int:
        """Take bytes; raises DataTooLarge."""
        taken = bytes(cast("bytes", data))
        self.size += len(taken)
        if self.size > MOST_BYTES:
            raise DataTooLarge
        self._waiting += taken
        while len(self._waiting) >= PIECE:
            self._keep(PIECE)
        return len(taken)

    def finish(self) -> None:
        """Keep what is left."""
        if self._waiting:
            self._keep(len(self._waiting))

    def settle(self) -> bool:
        """Take away what is not ours and put our pieces into their places; False where not all of them are there any more."""
        whole = DataFilePart.file_id == self.file_id
        db.session.execute(delete(DataFilePart).where(whole, not_(self._ours)))
        moved = update(DataFilePart).where(whole, self._ours).values(number=DataFilePart.number - self._first)
        return changed_rows(db.session.execute(moved)) == self._number - self._first

    def drop(self) -> None:
        """Take our pieces away."""
        db.session.execute(delete(DataFilePart).where(DataFilePart.file_id == self.file_id, self._ours))

    @property
    def _ours(self) -> ColumnElement[bool]:
        return DataFilePart.number.between(self._first, self._first + MOST_PIECES - 1)

    def _keep(self, length: int) -> None:
        row = DataFilePart(file_id=self.file_id, number=self._number, content=bytes(self._waiting[:length]))
        db.session.add(row)
        db.session.commit()
        db.session.expunge(row)
        del self._waiting[:length]
        self._number += 1


def write_data(parts: PartWriter, portal: Portal, version: int, at: datetime) -> int:
    """Write everything about a portal; returns how many rows that is."""
    counts: dict[str, int] = {}
    owned = {table.name: table.owned_by(portal) for table in stored_tables()}
    head = {"portal": portal.domain, "member_id": portal.member_id, "made_at": at, "version": version}
    with ZipFile(cast("IO[bytes]", parts), "w", ZIP_DEFLATED) as archive:
        for table in stored_tables():
            with archive.open(f"tables/{table.name}.json", "w", force_zip64=True) as file:
                counts[table.name] = _write_table(file, table, owned[table.name])
        left_out = {
            f"{one.name}.{name}": why for one in stored_tables() for name, why in one.left_out.items()
        }
        archive.writestr(ABOUT, to_json(head | {"rows": counts, "left_out": left_out}, indent=2))
    parts.finish()
    return sum(counts.values())


def _write_table(file: IO[bytes], table: StoredTable, owner: object) -> int:
    """One JSON array, a line for each row; returns how many."""
    count = 0
    file.write(b"[")
    for row in read_rows(table, owner):
        file.write(b",\n" if count else b"\n")
        file.write(_line(row))
        count += 1
    file.write(b"\n]\n")
    return count


def _line(row: Mapping[str, object]) -> bytes:
    """A row as JSON; half of a character, which no bytes can hold, stays escaped as it was stored."""
    try:
        return to_json(row, inf_nan_mode="strings", fallback=str)
    except PydanticSerializationError:
        return json.dumps(row, default=str).encode()


def read_rows(table: StoredTable, owner: object) -> Iterator[dict[str, object]]:
    """The rows of a portal in the order of their key, read in stretches: few at a time where they are large."""
    last: int | None = None
    columns = [one.label(name) for name, one in table.columns.items()]
    query = (
        select(table.key.label("key_of_stretch"), *columns).where(table.owner == owner).order_by(table.key)
    )
    most = FEW if table.is_heavy else MANY
    while True:
        found = db.session.execute(
            (query if last is None else query.where(table.key > last)).limit(most)
        ).all()
        db.session.commit()
        for key, *values in found:
            last = key
            yield {name: plain(value) for name, value in zip(table.columns, values, strict=True)}
        if len(found) < most:
            return


def plain(value: object) -> object:
    """A value as JSON holds it: bytes as the JSON or the text that they are, packed or not, else in base64."""
    if not isinstance(value, bytes):
        return value
    for unpack in (bytes, _inflate, _decompress):
        try:
            return _read_text(unpack(value))
        except (ValueError, zlib.error, zstandard.ZstdError):
            continue
    return {"base64": base64.b64encode(value).decode()}


def _read_text(content: bytes) -> object:
    """JSON, several pieces of it with a zero between them (a call: what was asked, what was answered), or plain text."""
    try:
        return from_json(content)
    except ValueError:
        text = content.decode()
    pieces = text.split(BETWEEN)
    return [_read_piece(piece) for piece in pieces] if len(pieces) == CALL_TEXTS else _demand_readable(text)


def _read_piece(text: str) -> object:
    try:
        return from_json(text)
    except ValueError:  # one that was cut
        return _demand_readable(text)


def _demand_readable(text: str) -> str:
    """Text that people can read; raises ValueError for bytes that merely happen to be UTF-8."""
    if not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        raise ValueError("no text")
    return text


def _inflate(value: bytes) -> bytes:
    return zlib.decompressobj().decompress(value, MOST_UNPACKED)


def _decompress(value: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(value, max_output_size=MOST_UNPACKED)
