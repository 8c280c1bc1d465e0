"""The board as one frozen record: the sentence, the strip of working days, the views, the conditions and the rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flask_babel import gettext

from b24app.integrators.act_by import ActReason
from b24app.integrators.board import PAGE, BoardTally, ClientRow, groups_of
from b24app.integrators.board_conditions import BoardConditions, BoardField, BoardView, Condition, days_value
from b24app.integrators.board_filters import end_of_week
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk.date_requests import asked_lately
from b24app.integrators.bulk_plan import may_do
from b24app.integrators.client_groups import GroupView
from b24app.integrators.members import MemberView
from b24app.integrators.model import BulkKind
from b24app.integrators.saved_views import NamedView
from b24app.pages.clients.client_words import ClientLine, line_of
from b24app.terms.working_days import ONE_DAY, BankCalendar, open_calendar, span
from b24app.text.messages import N_, NN_, Sentence, sentence

HOME = "/clients"
WEEKS = 4
VIEW_TITLES = {
    BoardView.WEEK: N_("This week"),
    BoardView.YEAR: N_("12 months"),
    BoardView.MONEY: N_("Money on its way"),
    BoardView.BROKE: N_("Broke"),
    BoardView.NO_DATE: N_("Without a date"),
    BoardView.GROWTH: N_("Growth"),
    BoardView.ALL: N_("All"),
}
TITLES = {
    BoardView.MONEY: NN_(
        "Money of %(count)s client is on its way", "Money of %(count)s clients is on its way"
    ),
    BoardView.BROKE: NN_("Something broke for %(count)s client", "Something broke for %(count)s clients"),
    BoardView.NO_DATE: NN_("%(count)s client has no date", "%(count)s clients have no date"),
    BoardView.GROWTH: NN_("%(count)s client outgrows its plan", "%(count)s clients outgrow their plans"),
    BoardView.ALL: NN_("%(count)s client", "%(count)s clients"),
}
NONE = {
    BoardView.MONEY: N_("No money is on its way"),
    BoardView.BROKE: N_("Nothing broke for anybody"),
    BoardView.NO_DATE: N_("The date of every client is known"),
    BoardView.GROWTH: N_("Nobody outgrows his plan"),
}
"""The text of a view when it is empty."""

REASON_PARTS = {
    ActReason.BROKE: NN_("%(count)s broke", "%(count)s broke"),
    ActReason.PAY: NN_("%(count)s to pay", "%(count)s to pay"),
    ActReason.DATE: NN_("%(count)s to confirm the date", "%(count)s to confirm the date"),
    ActReason.FINISH: NN_("%(count)s to finish the renewal", "%(count)s to finish the renewal"),
}
SPOKEN = (ActReason.PAY, ActReason.DATE, ActReason.BROKE, ActReason.FINISH)


@dataclass(frozen=True, slots=True)
class StripCell:
    """A working day of this week, a later week, or days on which banks are closed."""

    first: date
    last: date
    count: int
    url: str
    closed: bool = False
    current: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class ConditionChip:
    """A view or a condition as it is pressed."""

    title: str | Sentence
    url: str
    count: int | None = None
    current: bool = False
    excluded: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows below one heading."""

    title: Sentence | None
    count: int
    lines: tuple[ClientLine, ...]


def url_of(conditions: BoardConditions, **more: str) -> str:
    """The address of the board under these conditions."""
    return f"{HOME}?{urlencode([*conditions.pairs, *more.items()])}"


def lines_of(at: BoardAt, rows: Sequence[ClientRow], people: Sequence[MemberView]) -> tuple[ClientLine, ...]:
    """The rows with their groups and people; a client that was asked for its date within a week is marked as waited for."""
    groups = groups_of(at.seat.portal_id, [row.client_id for row in rows])
    names = {one.user_id: surname(one.name) for one in people}
    asks = may_do(at.seat, BulkKind.CONFIRM)
    asked = asked_lately(at.seat.portal_id, at.now)
    lines = (
        line_of(row, groups.get(row.client_id, []), names.get(row.responsible_id or 0, ""), asks=asks)
        for row in rows
    )
    return tuple(_waiting(line) if line.row.client_id in asked else line for line in lines)


def _waiting(line: ClientLine) -> ClientLine:
    if line.said.level != "ask":
        return line
    said = replace(line.said, second=gettext("asked, the answer is awaited"))
    return replace(line, said=said, asks_date=False)


def surname(name: str) -> str:
    """The last word of a name, as a narrow cell has room for one."""
    return (name.split() or [""])[-1]


def answer_of(conditions: BoardConditions, found: BoardTally, today: date) -> Sentence:
    """The sentence of the page."""
    if conditions.view in NONE and not found.by_view[conditions.view]:
        return sentence(NONE[conditions.view])
    if conditions.view in TITLES:
        return sentence(TITLES[conditions.view], count=found.by_view[conditions.view])
    number = found.by_view[BoardView.WEEK]
    if number:
        return sentence(NN_("This week: %(count)s client", "This week: %(count)s clients"), count=number)
    if found.next_day is None or found.next_day <= end_of_week(today):
        return sentence(N_("Nothing has to be done this week"))
    return sentence(
        NN_(
            "Nothing has to be done this week. The nearest day is %(day)s, %(count)s client",
            "Nothing has to be done this week. The nearest day is %(day)s, %(count)s clients",
        ),
        count=found.until(found.next_day),
        day=found.next_day,
    )


def reason_parts(found: BoardTally, today: date) -> tuple[Sentence, ...]:
    """How many clients of this week there are of each reason."""
    counts = found.reasons(end_of_week(today))
    return tuple(sentence(REASON_PARTS[reason], count=counts[reason]) for reason in SPOKEN if counts[reason])


def strip_of(conditions: BoardConditions, found: BoardTally, today: date) -> tuple[StripCell, ...]:
    """The days that are left of this week, then four weeks, in working days; a cell shows where banks are closed for long."""
    calendar, sunday = open_calendar(), end_of_week(today)
    cells = [
        _cell(conditions, found, (one, one), today)
        for one in span(today, sunday)
        if one == today or calendar.is_open(one)
    ]
    for number in range(WEEKS):
        monday = sunday + ONE_DAY + timedelta(days=7 * number)
        cells += _week(conditions, found, calendar, monday)
    return tuple(_merged(cells))


def _week(
    conditions: BoardConditions, found: BoardTally, calendar: BankCalendar, monday: date
) -> Iterator[StripCell]:
    """The working days of a week, and a run of closed days that begins in it."""
    days = [one for one in span(monday, monday + timedelta(days=6)) if calendar.is_open(one)]
    if days:
        yield _cell(conditions, found, (days[0], days[-1]), None)
    for first, last in calendar.closed_spans(monday, monday + timedelta(days=6)):
        yield StripCell(first, last, 0, "", closed=True, later=True)


def _cell(
    conditions: BoardConditions, found: BoardTally, days: tuple[date, date], today: date | None
) -> StripCell:
    first, last = days
    value = days_value(first, last)
    view = BoardView.WEEK if today else BoardView.ALL
    there = conditions.with_view(view).plus(Condition(BoardField.DAYS, value))
    return StripCell(
        first, last, found.until(last, first), url_of(there), current=value in conditions.of(BoardField.DAYS), later=not today
    )  # fmt: skip


def _merged(cells: Sequence[StripCell]) -> Iterator[StripCell]:
    """Closed days that two weeks name are named once."""
    seen = set[tuple[date, date]]()
    for cell in cells:
        if cell.closed and (cell.first, cell.last) in seen:
            continue
        seen.add((cell.first, cell.last))
        yield cell


def view_chips(conditions: BoardConditions, found: BoardTally) -> tuple[ConditionChip, ...]:
    """The views that everybody has, with how many clients each holds."""
    return tuple(
        ConditionChip(
            title, url_of(conditions.with_view(view)), found.by_view.get(view), conditions.view is view
        )
        for view, title in VIEW_TITLES.items()
    )


def saved_chips(conditions: BoardConditions, views: Sequence[NamedView]) -> tuple[ConditionChip, ...]:
    """The saved views."""
    return tuple(
        ConditionChip(
            one.name,
            url_of(one.conditions, saved=str(one.id)),
            None,
            one.conditions.pairs == conditions.pairs,
        )
        for one in views
    )


def parts_of(
    conditions: BoardConditions, lines: Sequence[ClientLine], found: BoardTally, today: date
) -> tuple[Part, ...]:
    """The rows of this week by today and the days after it; of other views together."""
    if conditions.view is not BoardView.WEEK or conditions.of(BoardField.DAYS):
        return (Part(None, len(lines), tuple(lines)),) if lines else ()
    now = tuple(one for one in lines if one.row.act_on and one.row.act_on <= today)
    later = tuple(one for one in lines if one not in now)
    last = open_calendar().open_or_before(end_of_week(today))
    by_now = found.until(today)
    titles = (
        (sentence(N_("Today")), by_now, now),
        (sentence(N_("Until %(day)s"), day=last), found.by_view[BoardView.WEEK] - by_now, later),
    )
    return tuple(Part(title, count, rows) for title, count, rows in titles if rows)


def next_url(conditions: BoardConditions, rows: Sequence[ClientRow]) -> str:
    """The address of the rows behind this page; nothing where there are none."""
    if len(rows) <= PAGE:
        return ""
    return f"{HOME}/rows?{urlencode([*conditions.pairs, ('after', rows[PAGE - 1].cursor)])}"


Names = Mapping[str, str]


def condition_chips(
    conditions: BoardConditions, names: Mapping[BoardField, Names], titles: Mapping[BoardField, str]
) -> tuple[ConditionChip, ...]:
    """The conditions, included and excluded, each with the address without it."""
    return tuple(
        ConditionChip(
            names.get(one.field, {}).get(one.value, one.value),
            url_of(conditions.without(one)),
            excluded=one.excluded,
            label=titles.get(one.field, ""),
        )
        for one in conditions.chosen
    )


def group_names(groups: Sequence[GroupView]) -> dict[str, str]:
    """Groups by what an address calls them."""
    return {str(one.id): one.name for one in groups}
