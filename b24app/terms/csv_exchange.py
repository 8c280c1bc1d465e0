"""Paid terms as a table that spreadsheets open: written out, and read back row by row with what is wrong in each."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from b24app.errors import BadInput
from b24app.terms.term import DRAFT_FIELDS, SINGLE, Term, TermDraft, check_draft
from b24app.text.messages import N_

COLUMNS = DRAFT_FIELDS[:1] + tuple(name for name in DRAFT_FIELDS[1:] if name != "owner_id")
MOST_ROWS = 200
MOST_BYTES = 1024 * 1024
Read = Callable[[Mapping[str, str]], TermDraft]


@dataclass(frozen=True, slots=True)
class CsvLine:
    """One row of an import: what it says, which known term it is about, and what is wrong with it."""

    number: int
    values: Mapping[str, str]
    draft: TermDraft | None
    term: Term | None
    state: str
    error: str = ""
    field: str = ""


def export_terms_csv(terms: Iterable[Term]) -> str:
    """All terms, one a row; the same table can be read back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_text(getattr(term, name)) for name in COLUMNS] for term in terms)
    return "\ufeff" + out.getvalue()


def decode_table(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8, or the old Windows letters."""
    if len(content) > MOST_BYTES:
        raise BadInput(N_("The table is too large."), "file")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(N_("This is not a text table: save it as CSV."), "file")


def read_table(text: str) -> list[dict[str, str]]:
    """The rows by column; raises BadInput when the head does not name the columns."""
    text = text.lstrip("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
            if any(map(str.strip, row))
        ]
    except csv.Error:
        raise BadInput(N_("This is not a text table: save it as CSV."), "file") from None
    head = [name.strip().lower() for name in rows[0]] if rows else []
    if not {"kind", "ends_on"} <= set(head):
        raise BadInput(N_("The first line must name the columns: at least kind and ends_on."), "file")
    if len(rows) > MOST_ROWS + 1:
        raise BadInput(N_("The table is too large."), "file")
    return [
        {name: value.strip() for name, value in zip(head, row, strict=False) if name in COLUMNS}
        for row in rows[1:]
    ]


def plan_import(rows: Iterable[Mapping[str, str]], terms: Iterable[Term], read: Read) -> tuple[CsvLine, ...]:
    """What each row would do; nothing is written, and terms that the table does not name stay."""
    known, lines, seen = tuple(terms), [], set[tuple[str, str]]()
    for number, row in enumerate(rows, 2):
        line = _line(number, row, known, read)
        key = _key(line.draft) if line.draft else ("", str(number))
        if key in seen:
            line = CsvLine(
                number, row, None, None, "wrong", N_("This term stands in the table twice."), "kind"
            )
        seen.add(key)
        lines.append(line)
    return tuple(lines)


def _line(number: int, row: Mapping[str, str], terms: tuple[Term, ...], read: Read) -> CsvLine:
    try:
        draft = check_draft(read({name: value.removeprefix("'") for name, value in row.items()}))
    except BadInput as wrong:
        return CsvLine(number, row, None, None, "wrong", wrong.message, wrong.field)
    term = next((term for term in terms if _key(term) == _key(draft)), None)
    if term is None:
        return CsvLine(number, row, draft, None, "new")
    same = all(getattr(draft, name) == getattr(term, name) for name in COLUMNS if name in row)
    return CsvLine(number, row, draft, term, "same" if same else "changed")


def _key(item: TermDraft | Term) -> tuple[str, str]:
    """Kinds that exist once are known by kind, others by their name too."""
    return (str(item.kind), "" if item.kind in SINGLE else item.title.strip().lower())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
