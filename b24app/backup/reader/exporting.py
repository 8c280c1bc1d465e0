"""Writes what a copy holds: lines of JSON, CSV that a Russian Excel opens, XLSX; a file gets its name when it is whole."""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from b24app.backup.reader.as_of import RowsAsOf, table_rows
from b24app.backup.reader.column_titles import Titles, titles_of_columns
from b24app.backup.reader.pack_format import Line
from b24app.backup.reader.problems import Problem

NAMED_FIRST, NAMED_LAST = "_id", "_read_at"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
JUST_NUMBER = re.compile(r"[+-][\d\s(). -]*")
MOST_SHEET_ROWS = 1_048_576
MOST_CELL = 32_767
MOST_COLUMNS = 16_384
EXACT = 10**15
"""Excel keeps fifteen digits of a number; longer ones are written as text."""

Cell = Callable[[object], Any]


def plain_value(value: object) -> str:
    """A value as the text of a cell; what has parts is written as JSON."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode(errors="surrogatepass").decode(errors="backslashreplace")


def csv_cell(value: object) -> str:
    """A value that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    text = plain_value(value)
    if text.startswith(FORMULA_SIGNS) and not JUST_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def safe_name(name: str) -> str:
    """A name of a file, whatever the manifest calls it."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")[:120] or "_"


def table_name(code: str) -> str:
    """The file's name of an entity; two whose codes differ in signs that a name cannot have do not share one."""
    name = safe_name(code)
    return name if name == code else f"{name}-{hashlib.sha256(code.encode(errors='replace')).hexdigest()[:8]}"


@contextmanager
def whole_or_nothing(path: Path, *, replace: bool) -> Iterator[Path]:
    """A temporary path to write to, which becomes `path` at the end; after an error nothing stays."""
    if path.exists() and not replace:
        raise Problem("exists", path=path)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError:
        raise Problem("cannot_write", path=path) from None
    finally:
        part.unlink(missing_ok=True)


def json_line(line: Line) -> str:
    """One line of JSON; half a pair of surrogates, which UTF-8 cannot hold, is written as its number."""
    text = json.dumps(line, ensure_ascii=False)
    return text if text.isprintable() or _is_whole(text) else json.dumps(line)


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def write_jsonl(rows: RowsAsOf, path: Path) -> int:
    """Write each row as a line of JSON, as it is in its pack."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in rows:
            file.write(f"{json_line(line)}\n")
    return 0


def table_head(rows: RowsAsOf) -> list[str]:
    """The columns: every field of any row, in the order in which they came."""
    return [NAMED_FIRST, *rows.columns, NAMED_LAST]


def write_rows(line: Line, columns: list[str], cell: Cell) -> Iterator[list[Any]]:
    """The rows of one line under these columns."""
    for row in table_rows(line):
        yield [cell(line["id"]), *(cell(row.get(name)) for name in columns[1:-1]), cell(line["read_at"])]


def fields_name(code: str) -> str:
    """The file that names the columns of a table of CSV, beside it: the table itself keeps one line of heads, for programs."""
    return f"{table_name(code)}-fields.csv"


def write_fields(columns: Sequence[str], titles: Sequence[str], path: Path, separator: str = ";") -> None:
    """Write the columns that have a title, in their order: the code in the table's head, and the title."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=separator)
        table.writerow(["column", "title"])
        pairs = zip(columns, titles, strict=True)
        table.writerows([csv_cell(code), csv_cell(title)] for code, title in pairs if title)


def write_csv(rows: RowsAsOf, path: Path, separator: str = ";") -> int:
    """A table with a byte order mark, so that Excel reads its letters."""
    columns = table_head(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=separator)
        table.writerow([csv_cell(name) for name in columns])
        for line in rows:
            table.writerows(write_rows(line, columns, csv_cell))
    return 0


def xlsx_cell(value: object) -> float | int | str:
    """Numbers that Excel keeps exactly are numbers; all else is text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and abs(value) < EXACT:  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    return plain_value(value)


def write_xlsx(rows: RowsAsOf, path: Path, titles: Titles) -> int:
    """Write a workbook with as many sheets as the rows need; returns how many texts were cut at Excel's limit of a cell.

    Below the codes of the columns a second line has their titles, where any is known.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise Problem("xlsx_missing") from None
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    columns = table_head(rows)
    if len(columns) > MOST_COLUMNS:
        raise Problem("too_many_columns")
    head = [columns, *filter(None, [titles_of_columns(columns, titles)])]
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        return _fill_sheets(book, head, rows)


def _fill_sheets(book: Any, head: list[list[str]], rows: RowsAsOf) -> int:
    cut, at, sheet = 0, MOST_SHEET_ROWS, None
    for cells in (one for line in rows for one in write_rows(line, head[0], xlsx_cell)):
        if at >= MOST_SHEET_ROWS:
            sheet, at = _new_sheet(book, head), len(head)
        for place, value in enumerate(cells):
            cut += isinstance(value, str) and len(value) > MOST_CELL
            _write_cell(sheet, at, place, value)
        at += 1
    if sheet is None:
        _new_sheet(book, head)
    return cut


def _write_cell(sheet: Any, at: int, place: int, value: float | str) -> None:
    if isinstance(value, str):
        sheet.write_string(at, place, value[:MOST_CELL])
    else:
        sheet.write_number(at, place, value)


def _new_sheet(book: Any, head: list[list[str]]) -> Any:
    sheet = book.add_worksheet()
    for line, names in enumerate(head):
        for place, name in enumerate(names):
            if name:
                sheet.write_string(line, place, plain_value(name)[:MOST_CELL])
    sheet.freeze_panes(len(head), 0)
    return sheet
