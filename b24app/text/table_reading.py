"""Reads a table as spreadsheets save it: letters, divider, quotes, lines by their number, columns by their names. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from b24app.errors import BadInput
from b24app.input_limits import bare_cell
from b24app.text.messages import N_
from b24app.text.table_cells import plain_spaces

NO_TABLE = N_("This is not a text table: save it as CSV.")
WORKBOOK = N_(
    "This is a workbook, not a table: in Excel choose “Save as” and “CSV UTF-8”, then send that file."
)
OPEN_QUOTE = N_("Line %(line)s: a quotation mark opens and never closes. Close it, or take it away.")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
DIVIDERS = ";\t,"
LONGEST_HEAD = 20_000
_NAMED_DIVIDER = re.compile(r"\s*sep=(.)[ \t]*(?:\r\n?|\n|$)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_BREAK = re.compile(r"\r\n?|\n")
_LOW, _HIGH = bytes(range(0x80, 0xB0)), bytes(range(0xB0, 0x100))
"""The codes of most Russian letters in the table of DOS («CSV (MS-DOS)»), and of all of them in that of Windows."""


SURPLUS = N_(
    "There are more cells than names of columns: put a text that holds the divider in quotation marks"
)


class WrongLine(BadInput):
    """A line that makes the whole table unreadable; `line` is its number in the spreadsheet."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message, "file")
        self.line = line


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row that is not empty; `number` is the one that a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row by its columns, and the cells past the last named one."""

    number: int
    cells: dict[str, str]
    surplus: str = ""


def decode_table(content: bytes) -> str:
    """The text of a file: UTF-8 with its mark and without, UTF-16 («Unicode text»), the letters of Windows and of DOS.

    Raises BadInput for what is no text.
    """
    if content.startswith(WORKBOOKS):
        raise BadInput(WORKBOOK, "file")
    text = next(
        (found for code in _encodings(content) if (found := _decoded(content, code)) is not None), None
    )
    if text is None or "\0" in text:
        raise BadInput(NO_TABLE, "file")
    return text


def _decoded(content: bytes, code: str) -> str | None:
    try:
        return content.decode(code)
    except UnicodeError:
        return None


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith(UTF16):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if any(zeros := (content[1::2].count(0), content[::2].count(0))) and not all(zeros):
        return ("utf-16-le" if zeros[0] else "utf-16-be",)
    low, high = (len(content) - len(content.translate(None, letters)) for letters in (_LOW, _HIGH))
    return ("utf-8", "cp866" if low > high else "cp1251")


def read_rows(text: str, most: int, too_long: str) -> tuple[TableRow, ...]:
    """The rows that are not empty; raises BadInput with `too_long` past `most` of them, WrongLine for an open quotation mark."""
    text, divider = _divided(text.lstrip("\ufeff"))
    if "\0" in text:
        raise BadInput(NO_TABLE, "file")
    found: list[TableRow] = []
    for number, cells in enumerate(_records(text, divider), 1):
        if any(cells):
            found.append(TableRow(number, tuple(map(bare_cell, cells))))
        if len(found) > most:
            raise BadInput(too_long, "file")
    return tuple(found)


def _divided(text: str) -> tuple[str, str]:
    """The text and its divider: the one that the line `sep=;` names, or the one that is most frequent in the first line."""
    if named := _NAMED_DIVIDER.match(text):
        return text[named.end() :], named[1]
    head = _QUOTED.sub("", text[:LONGEST_HEAD]).lstrip("\r\n \ufeff")
    first = _BREAK.split(head, maxsplit=1)[0]
    return text, max(DIVIDERS, key=first.count)


def _records(text: str, divider: str) -> Iterator[list[str]]:
    """Every record, empty ones too; a cell in quotes may hold dividers, line breaks and doubled quotes."""
    mark = re.escape(divider)
    quoted = re.compile(rf'[ ]*+"([^"]*+(?:""[^"]*+)*+)"[ ]*(?={mark}|[\r\n]|\Z)')
    plain = re.compile(rf"[^{mark}\r\n]*")
    at, cells, number = 0, list[str](), 1
    while at < len(text) or cells:
        found = quoted.match(text, at)
        if found is not None:
            cells.append(_BREAK.sub("\n", found[1]).replace('""', '"').strip())
        else:
            found = plain.match(text, at)
            cells.append(_unquoted(found[0] if found else "", number))
        at = found.end() if found else at
        if text[at : at + 1] == divider:
            at += 1
            continue
        yield cells
        cells, number = [], number + 1
        if end := _BREAK.match(text, at):
            at = end.end()


def _unquoted(cell: str, line: int) -> str:
    """A cell that is not in quotes as a whole: quotation marks inside of it are letters as others."""
    cell = cell.strip()
    if cell.startswith('"') and cell.count('"') % 2:
        raise WrongLine(OPEN_QUOTE, line)
    return cell


def plain_head(name: str) -> str:
    """The name of a column as it is looked up: small letters, single spaces, no colon, «ё» as «е»."""
    return plain_spaces(name).strip(" :*").casefold().replace("ё", "е")


def name_cells(rows: Sequence[TableRow], column: Callable[[str], str]) -> tuple[NamedRow, ...]:
    """The rows below the head by their columns; `column` returns the code of a name, or an empty one. Of two columns of one name the first counts."""
    head = [column(name) for name in rows[0].cells]
    named = {name: place for place, name in reversed(tuple(enumerate(head))) if name}
    return tuple(
        NamedRow(
            row.number,
            {name: row.cells[place] for name, place in named.items() if place < len(row.cells)},
            " ".join(filter(None, row.cells[len(head) :])),
        )
        for row in rows[1:]
    )


def unread_columns(rows: Sequence[TableRow], column: Callable[[str], str]) -> tuple[str, ...]:
    """The columns that are not recognised, and those that occur twice, by their names in the table."""
    seen, unread = set[str](), list[str]()
    for name in rows[0].cells if rows else ():
        code = column(name)
        if name and (not code or code in seen):
            unread.append(plain_spaces(name)[:80])
        seen.add(code)
    return tuple(unread)
