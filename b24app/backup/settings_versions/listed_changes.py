"""The list of changes as pages read it: filtered, counted by month and by part, page by page, newest first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import from_json, to_json
from sqlalchemy import select
from sqlalchemy.orm import defer

from b24app.backup.settings_versions.change_list import KEPT_FOR
from b24app.backup.settings_versions.model import ChangeListState, SettingsChange
from b24app.comparison.compare import Change, Difference
from b24app.comparison.comparison_format import load_comparison
from b24app.database import db
from b24app.errors import NotFound
from b24app.json_values import is_object

RED = frozenset({Difference.LOST, Difference.OFF})
PARTS: Mapping[str, frozenset[str]] = {
    "pipelines": frozenset({"pipeline", "stage", "smart_process", "crm_mode", "process_template"}),
    "fields": frozenset({"field", "checkout_field"}),
    "delivery": frozenset({"delivery", "delivery_handler", "order_status"}),
    "payments": frozenset(
        {"pay_system", "pay_handler", "cash_register", "cash_handler", "person_type", "vat", "currency"}
    ),
}
"""The chips of the page; all other kinds are `other`."""
OTHER = "other"
NOBODY = "0"
PAGE = 50
MOST_WORDS = 80


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change in the list, without its values."""

    id: int
    kind: str
    key: str
    difference: Difference
    name: str
    since: datetime
    seen_at: datetime
    user_id: int | None
    user_name: str
    happened_at: datetime | None

    @property
    def at(self) -> datetime:
        """When it happened, or was seen."""
        return self.happened_at or self.seen_at

    @property
    def part(self) -> str:
        """The chip it belongs to."""
        return next((code for code, kinds in PARTS.items() if self.kind in kinds), OTHER)


@dataclass(frozen=True, slots=True)
class ListedChange:
    """One change with its values; `change` is None when another release has stored it in another format."""

    row: ChangeRow
    change: Change | None
    former: Mapping[str, str]
    is_last: bool
    """Whether it is the last change of its object."""

    @property
    def since(self) -> datetime:
        """The last moment when it was unchanged."""
        return self.row.since

    @property
    def seen_at(self) -> datetime:
        """When the change was seen."""
        return self.row.seen_at

    @property
    def user_name(self) -> str:
        """The author's name; empty when it is unknown."""
        return self.row.user_name

    @property
    def happened_at(self) -> datetime | None:
        """The exact moment, where the journal holds it."""
        return self.row.happened_at


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """The filter of the list: a month (its first day), a part, a person by id («0»: unknown), words."""

    month: date | None = None
    part: str = ""
    who: str = ""
    words: str = ""

    def lets(self, one: ChangeRow, zone: ZoneInfo) -> bool:
        """Whether a change matches the filter."""
        local = one.at.astimezone(zone).date()
        return (
            (self.month is None or local.replace(day=1) == self.month)
            and (not self.part or one.part == self.part)
            and (not self.who or self.who == str(one.user_id or 0))
            and self.words.casefold() in one.name.casefold()
        )


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: how many changes, how many of them lost or switched off."""

    month: date
    count: int
    red: int


@dataclass(frozen=True, slots=True)
class YearOfChanges:
    """All changes of the year and since when they are followed."""

    rows: tuple[ChangeRow, ...]
    begun_at: datetime | None
    unanswered: tuple[date, ...]
    zone: ZoneInfo

    def bars(self, today: date) -> tuple[MonthBar, ...]:
        """Twelve months up to this one; none before the first day that is followed."""
        first = self.begun_at.astimezone(self.zone).date().replace(day=1) if self.begun_at else today
        counts, red = Counter[date](), Counter[date]()
        for one in self.rows:
            month = one.at.astimezone(self.zone).date().replace(day=1)
            counts[month] += 1
            red[month] += one.difference in RED
        months = (month for month in _twelve_months(today) if month >= first)
        return tuple(MonthBar(month, counts[month], red[month]) for month in months)

    def by_part(self) -> Mapping[str, int]:
        """How many changes each chip has, in their order; without those that have none."""
        counts = Counter(one.part for one in self.rows)
        return {code: counts[code] for code in (*PARTS, OTHER) if counts[code]}

    def people(self) -> tuple[tuple[str, str, int], ...]:
        """Id, name and number of changes of every known author, most changes first; the unknown last."""
        counts = Counter(str(one.user_id or 0) for one in self.rows)
        names = {str(one.user_id or 0): one.user_name for one in self.rows}
        known = [(who, names[who], count) for who, count in counts.most_common() if who != NOBODY]
        return (*known, *([(NOBODY, "", counts[NOBODY])] if counts[NOBODY] else []))

    @property
    def red(self) -> int:
        """How many were lost or switched off."""
        return sum(one.difference in RED for one in self.rows)

    @property
    def known_authors(self) -> int:
        """The number of changes whose author is known."""
        return sum(one.user_id is not None for one in self.rows)


def _twelve_months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def read_year(now: datetime, zone: ZoneInfo) -> YearOfChanges:
    """All changes of the twelve months up to now, newest first; only their names are decrypted."""
    first = datetime.combine(_twelve_months(now.astimezone(zone).date())[0], datetime.min.time(), zone)
    wanted = select(SettingsChange).options(defer(SettingsChange.content))
    known = set(Difference)
    found = db.session.scalars(wanted.where(SettingsChange.seen_at >= max(first, now - KEPT_FOR)))
    rows = [_row(one) for one in found if one.difference in known]
    state = db.session.scalar(select(ChangeListState))
    silent = sorted({date.fromisoformat(str(day)) for day in state.unanswered.values()}) if state else []
    begun = state.begun_at if state else None
    return YearOfChanges(
        tuple(sorted(rows, key=lambda one: (one.at, one.id), reverse=True)), begun, tuple(silent), zone
    )


def open_changes(rows: Iterable[ChangeRow], year: Sequence[ChangeRow]) -> list[ListedChange]:
    """These changes with their values; for those of a page, not of the year."""
    wanted = list(rows)
    query = select(SettingsChange.id, SettingsChange.content).where(
        SettingsChange.id.in_([one.id for one in wanted])
    )
    contents = {row.id: row.content for row in db.session.execute(query)}
    last: dict[tuple[str, str], int] = {}
    for one in year:  # newest first
        last.setdefault((one.kind, one.key), one.id)
    return [
        _opened(one, contents.get(one.id, b""), is_last=last.get((one.kind, one.key)) == one.id)
        for one in wanted
    ]


def _opened(row: ChangeRow, content: bytes, *, is_last: bool) -> ListedChange:
    try:
        kept = from_json(content)
    except ValueError:
        kept = None
    line, former = (kept.get("line"), kept.get("former")) if is_object(kept) else (None, None)
    found = load_comparison(to_json(line)) if line is not None else None
    change = found.changes[0] if found is not None and found.changes else None
    told = {name: str(value) for name, value in former.items()} if is_object(former) else {}
    return ListedChange(row, change, told, is_last)


def find_change(change_id: int, now: datetime, zone: ZoneInfo) -> ListedChange:
    """One change of the portal of the scope; raises NotFound."""
    year = read_year(now, zone).rows
    found = open_changes([one for one in year if one.id == change_id], year)
    if not found:
        raise NotFound("change")
    return found[0]


def newest_of(objects: Iterable[tuple[str, str, Difference]]) -> Mapping[tuple[str, str], ChangeRow]:
    """By kind and key, the newest change that made exactly this difference."""
    wanted = set(objects)
    keys = {key for _, key, _ in wanted}
    query = select(SettingsChange).where(SettingsChange.key.in_(keys), SettingsChange.user_id.is_not(None))
    found: dict[tuple[str, str], ChangeRow] = {}
    for row in db.session.scalars(query.order_by(SettingsChange.id)):
        if (row.kind, row.key, row.difference) in wanted:
            found[row.kind, row.key] = _row(row)
    return found


def _row(one: SettingsChange) -> ChangeRow:
    return ChangeRow(
        one.id, one.kind, one.key, Difference(one.difference), one.name, one.since, one.seen_at,
        one.user_id, one.user_name, one.happened_at,
    )  # fmt: skip
