"""The one writer of our tables: what a Russian Excel opens by a double click, and what our own reader reads back. Pure.

A byte order mark, semicolons, CRLF; no cell is run as a formula. For people days and sums are written as the readers of
the language write them (23.12.2026 and 83880,50 in Russian, 2026-12-23 and 83880.50 else); for programs always as ISO 8601
and with a point, whatever the language.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from b24app.input_limits import plain_cell

Cell = str | int | Decimal | date | datetime | None
MARK = "\ufeff"
DOTTED = frozenset({"ru", "kk", "be"})
"""The languages that write 23.12.2026 and 83880,50; elsewhere the order of day and month is not certain, so it is 2026-12-23."""


@dataclass(frozen=True, slots=True)
class TableLook:
    """How a table looks: in whose language and by whose clock, or for programs; `marked` puts the byte order mark before it."""

    language: str = ""
    zone: tzinfo = UTC
    marked: bool = True

    @property
    def day(self) -> str:
        """The format of a day."""
        return "%d.%m.%Y" if self.language in DOTTED else "%Y-%m-%d"

    @property
    def point(self) -> str:
        """What divides a sum from its hundredths."""
        return "," if self.language in DOTTED else "."


FOR_PROGRAMS = TableLook()
PIPED = TableLook(marked=False)
"""For a pipe of the command line, where the mark would become a part of the first name."""


def table_lines(heads: Iterable[str], rows: Iterable[Iterable[Cell]], look: TableLook) -> Iterator[str]:
    """The lines one by one, for a table that is too long to be held."""
    yield (MARK if look.marked else "") + _line(heads, look)
    for row in rows:
        yield _line(row, look)


def write_table(heads: Iterable[str], rows: Iterable[Iterable[Cell]], look: TableLook) -> bytes:
    """The whole table as the bytes of a file."""
    return "".join(table_lines(heads, rows, look)).encode(errors="replace")


def _line(cells: Iterable[Cell], look: TableLook) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_text(cell, look) for cell in cells])
    return out.getvalue()


def _text(cell: Cell, look: TableLook) -> str:
    """A cell as text; only what people or portals wrote can be a formula."""
    match cell:
        case None:
            return ""
        case datetime():
            shape = f"{look.day} %H:%M:%S"
            return cell.astimezone(look.zone).strftime(shape) if look.language else cell.isoformat()
        case date():
            return cell.strftime(look.day)
        case int() | Decimal():
            return format(cell, "f").replace(".", look.point) if isinstance(cell, Decimal) else str(cell)
    return plain_cell(cell.replace("\r\n", "\n").replace("\r", "\n"))
