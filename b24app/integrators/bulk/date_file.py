"""A table with the ends of clients' terms as spreadsheets save it: its lines, days as people write them, and the table packed for a form. Pure."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from b24app.errors import BadInput
from b24app.input_limits import read_json
from b24app.terms.term import MOST_BYTES
from b24app.text.host_names import NoHostName, to_ascii
from b24app.text.messages import N_, P_
from b24app.text.table_cells import plain_spaces
from b24app.text.table_reading import NO_TABLE, NamedRow, name_cells, plain_head, read_rows, unread_columns

MOST_LINES = 5_000
USUAL_PORTS = frozenset({"", "443", "80"})
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
EMPTY = N_("The file has no lines.")
NO_HEAD = N_(
    "The first line must name the columns: a client, a portal or an INN, and the last paid day. Begin with the sample."
)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line as it was written; `number` is that of the spreadsheet, `surplus` the cells past the last named column."""

    number: int
    client: str = ""
    domain: str = ""
    inn: str = ""
    kind: str = ""
    ends_on: str = ""
    surplus: str = ""


def read_lines(text: str, names: Mapping[str, str]) -> tuple[FileLine, ...]:
    """The lines of a table; `names` are the names of columns as they are looked up. Raises BadInput."""
    rows, column = read_rows(text, MOST_LINES + 1, TOO_LONG), _knowing(names)
    if not rows:
        raise BadInput(EMPTY, "file")
    head = {column(name) for name in rows[0].cells}
    if "ends_on" not in head or not {"client", "domain", "inn"} & head:
        raise BadInput(NO_HEAD, "file")
    if len(rows) == 1:
        raise BadInput(EMPTY, "file")
    return tuple(_line_of(row) for row in name_cells(rows, column))


def columns_not_read(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of a table that are not read, by their names in it."""
    return unread_columns(read_rows(text, MOST_LINES + 1, TOO_LONG), _knowing(names))


def _knowing(names: Mapping[str, str]) -> Callable[[str], str]:
    def column(name: str) -> str:
        plain = plain_head(name)
        return plain if plain in NAMES else names.get(plain, "")

    return column


def _line_of(row: NamedRow) -> FileLine:
    cells = {name: plain_spaces(value)[:LONGEST_CELL] for name, value in row.cells.items()}
    return FileLine(row.number, **cells, surplus=plain_spaces(row.surplus)[:LONGEST_CELL])


def plain_domain(text: str) -> str:
    """The host of an address as people paste it, in the form in which portals are stored."""
    host, _, port = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0].partition(":")
    host, port = host.rstrip("."), "" if port in USUAL_PORTS else f":{port}"
    try:
        return to_ascii(host) + port
    except NoHostName:
        return host + port


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
    """Unpack a table; raises BadInput for anything that was not packed here."""
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
