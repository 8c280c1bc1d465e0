"""A paid term: its fields, the rules of writing one down, and its export and import as CSV. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from b24app.errors import BadInput
from b24app.text.messages import N_
from b24app.text.table_reading import SURPLUS, NamedRow
from b24app.text.table_writing import Cell


class TermKind(StrEnum):
    """What is paid for."""

    PLAN = "plan"
    MARKETPLACE = "marketplace"
    ON_PREMISE = "on_premise"
    SITE = "site"
    APPLICATION = "application"
    TELEPHONY = "telephony"
    OTHER = "other"


SINGLE = (TermKind.PLAN, TermKind.MARKETPLACE, TermKind.ON_PREMISE)
KIND_TITLES = {
    TermKind.PLAN: N_("Plan"),
    TermKind.MARKETPLACE: N_("BitrixGPT + Marketplace"),
    TermKind.ON_PREMISE: N_("On-premise licence"),
    TermKind.SITE: N_("Site licence"),
    TermKind.APPLICATION: N_("Application"),
    TermKind.TELEPHONY: N_("Telephony"),
    TermKind.OTHER: N_("Other term"),
}
PAYS_BY = {
    "unknown": N_("Not known"),
    "portal": N_("Bitrix24"),
    "partner": N_("Partner"),
    "site": N_("Bitrix24 site"),
}
CONFIRMED_FOR = timedelta(days=180)
INTEGRATOR = "integrator"
"""The source of a date that an integrator gave and nobody of the portal has confirmed."""
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Author:
    """Who entered or changed something; `user_id` is the portal's."""

    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class TermDraft:
    """What a person may write down about a paid term; without a currency that of the portal's region is meant."""

    kind: str
    ends_on: date | None = None
    title: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    price: Decimal | None = None
    currency: str = ""
    period_months: int | None = None
    autopay: bool | None = None
    pays_by: str = "unknown"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One paid term with its source and the dates of the knowledge."""

    id: int
    kind: str
    title: str
    ends_on: date | None
    owner_id: int | None
    owner_name: str
    price: Decimal | None
    currency: str
    period_months: int | None
    autopay: bool | None
    pays_by: str
    pending_since: date | None
    renewed_on: date | None
    source: str
    said_by: str
    said_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    note: str

    @property
    def known_at(self) -> datetime:
        """The last moment when a person entered or confirmed the date."""
        return self.confirmed_at or self.said_at

    def needs_confirming(self, now: datetime) -> bool:
        """Whether the date is unknown, given by an integrator alone, or nobody looked at it for half a year."""
        return self.ends_on is None or self.only_from_integrator or now - self.known_at > CONFIRMED_FOR

    @property
    def only_from_integrator(self) -> bool:
        """Whether an integrator gave the date and nobody has confirmed it."""
        return self.source == INTEGRATOR and self.confirmed_at is None


DRAFT_FIELDS = tuple(field.name for field in fields(TermDraft))


def check_draft(draft: TermDraft) -> TermDraft:
    """Raise BadInput naming the field that cannot be used; answer the draft as it is."""
    if draft.kind not in list(TermKind):
        raise BadInput(N_("Choose what this term pays for."), "kind")
    if draft.ends_on is not None and not EARLIEST <= draft.ends_on <= LATEST:
        raise BadInput(N_("This date is too far away: check the year."), "ends_on")
    if draft.kind in (TermKind.APPLICATION, TermKind.OTHER) and not draft.title.strip():
        raise BadInput(N_("Name what this term pays for."), "title")
    if draft.pays_by not in PAYS_BY:
        raise BadInput(N_("Choose who issues the invoice."), "pays_by")
    _check_money(draft)
    return draft


def _check_money(draft: TermDraft) -> None:
    if draft.price is not None and not Decimal(0) <= draft.price < Decimal(10**9):
        raise BadInput(N_("The price must be zero or more."), "price")
    if draft.period_months is not None and not 1 <= draft.period_months <= 60:
        raise BadInput(N_("The period is counted in months, from 1 to 60."), "period_months")
    check_currency(draft.currency)


def check_currency(currency: str) -> None:
    """Raise BadInput for what is no code of a currency; none at all is allowed."""
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise BadInput(N_("The currency is three letters, such as RUB."), "currency")


COLUMNS = DRAFT_FIELDS[:1] + tuple(name for name in DRAFT_FIELDS[1:] if name != "owner_id")
MOST_ROWS = 200
MOST_BYTES = 1024 * 1024
AUTOPAY = {True: "yes", False: "no", None: ""}
TOO_LARGE = N_("The table is too large.")
NO_HEAD = N_("The first line must say what is paid for and until when: begin with the sample.")
Read = Callable[[Mapping[str, str]], TermDraft]


class RowState(StrEnum):
    """What a row of an import would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class CsvLine:
    """One row of an import: its values, which stored term it is about, and what is wrong with it."""

    number: int
    values: Mapping[str, str]
    draft: TermDraft | None
    term: Term | None
    state: RowState
    error: str = ""
    field: str = ""


def cells_of(term: Term | TermDraft) -> dict[str, Cell]:
    """A term as the cells of a table, by column; codes are codes, days are days and sums are numbers."""
    values = {name: getattr(term, name) for name in COLUMNS}
    return values | {"autopay": AUTOPAY[term.autopay]}


def check_head(names: Collection[str]) -> None:
    """Raise BadInput for a first line that names neither what is paid for nor until when."""
    if not {"kind", "ends_on"} <= set(names):
        raise BadInput(NO_HEAD, "file")


def plan_import(rows: Iterable[NamedRow], terms: Iterable[Term], read: Read) -> tuple[CsvLine, ...]:
    """What each row would do; nothing is written, and terms that the table does not name stay."""
    known, lines, seen = tuple(terms), [], set[tuple[str, str]]()
    for row in rows:
        line = _line(row, known, read)
        key = _key(line.draft) if line.draft else ("", str(row.number))
        if key in seen:
            line = _wrong(row, N_("This term stands in the table twice."), "kind")
        seen.add(key)
        lines.append(line)
    return tuple(lines)


def _line(row: NamedRow, terms: tuple[Term, ...], read: Read) -> CsvLine:
    if row.surplus:
        return _wrong(row, SURPLUS, "")
    try:
        draft = check_draft(read(row.cells))
    except BadInput as wrong:
        return _wrong(row, wrong.message, wrong.field)
    term = next((term for term in terms if _key(term) == _key(draft)), None)
    if term is None:
        return CsvLine(row.number, row.cells, draft, None, RowState.NEW)
    same = all(_alike(getattr(draft, name), getattr(term, name)) for name in COLUMNS if name in row.cells)
    return CsvLine(row.number, row.cells, draft, term, RowState.SAME if same else RowState.CHANGED)


def _alike(one: object, other: object) -> bool:
    """Whether a table has the stored value; browsers end a line of a text otherwise than spreadsheets."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().splitlines() == other.strip().splitlines()
    return one == other


def _wrong(row: NamedRow, error: str, field: str) -> CsvLine:
    return CsvLine(row.number, row.cells, None, None, RowState.WRONG, error, field)


def _key(item: TermDraft | Term) -> tuple[str, str]:
    """The key of a term: kinds that exist once are found by kind, others by their name too."""
    return (str(item.kind), "" if item.kind in SINGLE else item.title.strip().lower())
