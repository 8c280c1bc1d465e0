"""«For a year» as it is drawn: the answer, bars by month, chips, people, the lines of one page by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from flask_babel import gettext

from b24app.backup.restore.choosing import may_be_returned
from b24app.backup.settings_versions.listed_changes import (
    PAGE,
    ChangeFilter,
    ChangeRow,
    ListedChange,
    MonthBar,
    YearOfChanges,
    open_changes,
)
from b24app.checklist.model import AcceptedChange
from b24app.comparison.compare import Difference
from b24app.comparison.stored_comparison import accepted_changes
from b24app.text.messages import N_
from b24app.web.filters import clock, zone

ADDRESS = "/shop/changes"
TALLEST = 92
PART_TITLES = {
    "pipelines": N_("Pipelines"),
    "fields": N_("Fields"),
    "delivery": N_("Delivery"),
    "payments": N_("Payment"),
    "other": N_("Other"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One month as it is drawn: heights in pixels, the address that shows this month alone, or takes it back."""

    month: date
    count: int
    red: int
    height: int
    red_height: int
    url: str
    current: bool
    renewed: date | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter of the list, with how many lines it leaves."""

    title: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line with what can be done about it; `way` is `return`, `how` or empty."""

    listed: ListedChange
    accepted: AcceptedChange | None
    way: str

    @property
    def row(self) -> ChangeRow:
        """The change without its values."""
        return self.listed.row


@dataclass(frozen=True, slots=True)
class MonthOfLines:
    """The lines of one month on this page, and how many it has in all."""

    month: date
    count: int
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class LinesOnPage:
    """The range of lines on this page, and the addresses of its neighbours."""

    first: int
    last: int
    total: int
    newer: str
    earlier: str


def address(wanted: ChangeFilter, page: int = 1, **other: object) -> str:
    """The address of the list with this filter, `other` in place of its parts."""
    month = other.get("month", wanted.month)
    values = {
        "month": f"{month:%Y-%m}" if isinstance(month, date) else "",
        "part": other.get("part", wanted.part),
        "who": other.get("who", wanted.who),
        "q": other.get("words", wanted.words),
        "page": page if page > 1 else "",
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS


def bars_of(year: YearOfChanges, wanted: ChangeFilter, today: date, renewed: date | None) -> tuple[Bar, ...]:
    """A bar for each recorded month; the tallest has the full height."""
    found = year.bars(today)
    most = max((one.count for one in found), default=0) or 1
    return tuple(_bar(one, wanted, most, renewed) for one in found)


def _bar(one: MonthBar, wanted: ChangeFilter, most: int, renewed: date | None) -> Bar:
    height = max(6, round(TALLEST * one.count / most)) if one.count else 0
    red = max(4, round(height * one.red / one.count)) if one.red else 0
    current = wanted.month == one.month
    inside = renewed is not None and renewed.replace(day=1) == one.month
    url = address(wanted, month=None if current else one.month)
    return Bar(
        one.month, one.count, one.red, height, min(red, height), url, current, renewed if inside else None
    )


def chips_of(year: YearOfChanges, wanted: ChangeFilter) -> tuple[Chip, ...]:
    """All, then the parts that have changes."""
    every = Chip(gettext("All changes"), len(year.rows), address(wanted, part=""), current=not wanted.part)
    parts = (
        Chip(gettext(PART_TITLES[code]), count, address(wanted, part=code), current=wanted.part == code)
        for code, count in year.by_part().items()
    )
    return (every, *parts)


def people_of(year: YearOfChanges, wanted: ChangeFilter) -> tuple[Chip, ...]:
    """Everybody, each person whose name is known, and the unknown."""
    every = Chip(gettext("Everybody"), len(year.rows), address(wanted, who=""), current=not wanted.who)
    people = (
        Chip(name or gettext("Not known who"), count, address(wanted, who=who), current=wanted.who == who)
        for who, name, count in year.people()
    )
    return (every, *people)


def page_of_lines(
    year: YearOfChanges, wanted: ChangeFilter, page: int
) -> tuple[tuple[MonthOfLines, ...], LinesOnPage]:
    """The lines of one page, month by month."""
    found = [one for one in year.rows if wanted.lets(one, year.zone)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    counts: dict[date, int] = {}
    for one in found:
        counts[_month(one, year)] = counts.get(_month(one, year), 0) + 1
    lines: dict[date, list[ChangeLine]] = {}
    for line in lines_of(shown, year.rows):
        lines.setdefault(_month(line.row, year), []).append(line)
    months = tuple(MonthOfLines(month, counts[month], tuple(some)) for month, some in lines.items())
    newer = address(wanted, page - 1) if page > 1 else ""
    earlier = address(wanted, page + 1) if page < pages else ""
    first = (page - 1) * PAGE
    return months, LinesOnPage(first + 1, first + len(shown), len(found), newer, earlier)


def _month(one: ChangeRow, year: YearOfChanges) -> date:
    return one.at.astimezone(year.zone).date().replace(day=1)


def lines_of(rows: Sequence[ChangeRow], year: Sequence[ChangeRow]) -> list[ChangeLine]:
    """The lines with what can be done about them: only the last change of an object can be undone."""
    accepted = accepted_changes()
    return [_line(one, accepted) for one in open_changes(rows, year)]


def _line(one: ListedChange, accepted: Mapping[str, AcceptedChange]) -> ChangeLine:
    if one.change is None:
        return ChangeLine(one, None, "")
    known = accepted.get(one.change.fingerprint) if one.is_last else None
    undone = one.is_last and known is None and one.change.difference is not Difference.NEW
    if not undone:
        return ChangeLine(one, known, "")
    return ChangeLine(one, None, "return" if may_be_returned(one.change) else "how")


def happened_words(row: ChangeRow) -> str:
    """«30, 08:15» where the journal has the moment, «29, после 18:42» or «28–29» where two runs have it between them."""
    here = zone()
    if row.happened_at is not None:
        return f"{row.happened_at.astimezone(here).day}, {clock(row.happened_at)}"
    since, seen = (moment.astimezone(here).date() for moment in (row.since, row.seen_at))
    if since == seen:
        return gettext("%(day)s, after %(time)s", day=seen.day, time=clock(row.since))
    if (since.year, since.month) == (seen.year, seen.month):
        return f"{since.day}\N{EN DASH}{seen.day}"
    return f"{since.day}.{since.month:02}\N{EN DASH}{seen.day}.{seen.month:02}"


def days_followed(begun_at: datetime, now: datetime) -> int:
    """How many days the list has been kept, today among them."""
    here = zone()
    return (now.astimezone(here).date() - begun_at.astimezone(here).date()).days + 1
