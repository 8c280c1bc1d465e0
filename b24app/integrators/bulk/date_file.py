"""A table with the ends of clients' terms as spreadsheets save it: its lines, days as people write them, and the table packed for a form. Pure."""

import base64
import binascii
import csv
import io
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Any

from b24app.errors import BadInput
from b24app.input_limits import read_json
from b24app.terms.term import MOST_BYTES, decode_table
from b24app.text.messages import N_, P_

MOST_LINES = 5_000
LONGEST_CELL = 300
MOST_UNPACKED = 8 * 1024 * 1024
NAMES: Mapping[str, tuple[str, ...]] = {
    "client": (N_("Client"), N_("Company"), N_("Name")),
    "domain": (N_("Portal"), N_("Portal address"), N_("Domain")),
    "inn": (N_("INN"), N_("Taxpayer number")),
    "kind": (N_("What is paid for"), N_("Term")),
    "ends_on": (N_("Last paid day"), N_("Paid until"), P_("dates", "Paid until"), N_("Date"), N_("End date")),
}
"""The names of the columns, the first one as our own sample writes it; their codes are read as well."""
TOO_LARGE = N_("The file is larger than 1 MB. Leave the columns client, INN, portal and date, or split it.")
TOO_LONG = N_("There are more than 5,000 lines: split the file.")
NO_TABLE = N_("This is not a text table: save it as CSV.")
EMPTY = N_("The file has no lines.")
NO_HEAD = N_(
    "The first line must name the columns: a client, a portal or an INN, and the last paid day. Begin with the sample."
)
DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line as it was written; `number` is that of the spreadsheet."""

    number: int
    client: str = ""
    domain: str = ""
    inn: str = ""
    kind: str = ""
    ends_on: str = ""


def decode_file(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or the old Windows encoding; raises BadInput for anything else."""
    if len(content) > MOST_BYTES:
        raise BadInput(TOO_LARGE, "file")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            raise BadInput(NO_TABLE, "file") from None
    text = decode_table(content)
    if "\0" in text:
        raise BadInput(NO_TABLE, "file")
    return text


def read_lines(text: str, names: Mapping[str, str]) -> tuple[FileLine, ...]:
    """The lines of a table; `names` are the names of columns in small letters. Raises BadInput."""
    text = text.lstrip("\ufeff")
    if "\0" in text:
        raise BadInput(NO_TABLE, "file")
    rows = _rows(text)
    if not rows:
        raise BadInput(EMPTY, "file")
    head = [_column(name, names) for name in rows[0][1]]
    if "ends_on" not in head or not {"client", "domain", "inn"} & set(head):
        raise BadInput(NO_HEAD, "file")
    if len(rows) == 1:
        raise BadInput(EMPTY, "file")
    if len(rows) > MOST_LINES + 1:
        raise BadInput(TOO_LONG, "file")
    return tuple(FileLine(number, **_cells(head, row)) for number, row in rows[1:])


def unread_columns(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of a table that say nothing to us, by the names that they have there."""
    rows = _rows(text.lstrip("\ufeff"))
    return (
        tuple(name.strip()[:80] for name in rows[0][1] if name.strip() and not _column(name, names))
        if rows
        else ()
    )


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that say anything, each with the line of the file on which it ends."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    found = []
    try:
        for row in reader:
            if any(map(str.strip, row)):
                found.append((reader.line_num, row))
            if len(found) > MOST_LINES + 1:
                raise BadInput(TOO_LONG, "file")
    except csv.Error:
        raise BadInput(NO_TABLE, "file") from None
    return found


def _column(name: str, names: Mapping[str, str]) -> str:
    plain = " ".join(name.split()).lower().strip(":")
    return plain if plain in NAMES else names.get(plain, "")


def _cells(head: Iterable[str], row: Iterable[str]) -> dict[str, str]:
    """The cells that have a name; of two columns of one name the first counts."""
    found: dict[str, str] = {}
    for name, value in zip(head, row, strict=False):
        if name and name not in found:
            found[name] = " ".join(value.split()).removeprefix("'")[:LONGEST_CELL]
    return found


def read_day(text: str) -> tuple[date | None, str]:
    """A day as 23.12.2026 or 2026-12-23, a time of day beside it does not count; or the code of what is wrong."""
    plain = TIME_OF_DAY.sub("", text.strip()).strip()
    if not plain:
        return None, "no_day"
    if (found := DAY.fullmatch(plain)) is not None:
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    elif (found := ISO_DAY.fullmatch(plain)) is not None:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        return None, "bad_day"
    try:
        return date(year, month, day), ""
    except ValueError:
        return None, "no_such_day"


def plain_domain(text: str) -> str:
    """The host of an address as people paste it."""
    return re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0].partition(":")[0].rstrip(".")


def mend_lines(lines: Iterable[FileLine], form: Mapping[str, str]) -> tuple[FileLine, ...]:
    """The lines with what was corrected beside them: `day-7` and `client-7` are of line 7."""
    return tuple(_mended(line, form) for line in lines)


def _mended(line: FileLine, form: Mapping[str, str]) -> FileLine:
    day, client = (form.get(f"{name}-{line.number}", "").strip()[:LONGEST_CELL] for name in ("day", "client"))
    line = replace(line, ends_on=day) if day else line
    return replace(line, client=client, domain="", inn="") if client else line


def pack_lines(lines: Iterable[FileLine]) -> str:
    """The lines as one short field of a form."""
    text = json.dumps([astuple(line) for line in lines], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def unpack_lines(packed: str) -> tuple[FileLine, ...]:
    """What was packed; raises BadInput for anything else."""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.urlsafe_b64decode(packed), MOST_UNPACKED).decode()
        rows: Any = read_json(text, "file")
        lines = tuple(FileLine(int(number), *map(str, cells)) for number, *cells in rows)
    except (binascii.Error, zlib.error, ValueError, TypeError, UnicodeError):
        raise BadInput(NO_TABLE, "file") from None
    if not lines or len(lines) > MOST_LINES or not all(map(_fits, lines)):
        raise BadInput(NO_TABLE, "file")
    return lines


def _fits(line: FileLine) -> bool:
    """Whether a line that was unpacked is one that could be packed: a file has no more lines than bytes, no cell is too long."""
    return 0 < line.number <= MOST_BYTES and all(len(cell) <= LONGEST_CELL for cell in astuple(line)[1:])
