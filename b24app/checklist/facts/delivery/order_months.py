"""Orders of the present month and the six before it, and on which days and hours they came.

A month that is over is counted again only where there is room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, counted, records
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.checklist.engine.shop_hours import Pattern, TradeHours, country_of, pattern_of
from b24app.errors import AnswerBroken

MONTHS = 6
AFTER = timedelta(seconds=1)
"""The oldest order of a full page is where watching begins, not something that came meanwhile."""
EVERY = timedelta(days=7)
"""So often a month that is over is counted again in any case: orders of it may have been deleted."""


@dataclass(frozen=True, slots=True)
class DatedOrder:
    __pydantic_config__ = CAMEL

    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class MonthOfOrders:
    """`pattern` is learned from the last fifty orders of the month; a month that an older release counted has none."""

    first_day: datetime
    count: int
    pattern: Pattern = field(default_factory=Pattern)

    @property
    def code(self) -> str:
        """The month as the calls of a run name it."""
        return _code(self.first_day)


@dataclass(frozen=True, slots=True)
class OrderMonths:
    """Newest first; the first one is not over yet. `asked_at` holds the moments of those that this run did not count."""

    months: tuple[MonthOfOrders, ...]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def pattern(self) -> Pattern:
        """On which days and hours orders came, as far as the months show it."""
        return reduce(Pattern.joined, (month.pattern for month in self.months), Pattern())

    @property
    def busiest(self) -> int:
        """The largest number of orders in one month."""
        return max((month.count for month in self.months), default=0)

    @property
    def usual(self) -> float:
        """The mean of the months that are over."""
        over = [month.count for month in self.months[1:]]
        return sum(over) / len(over) if over else 0.0


def month_starts(now: datetime) -> list[datetime]:
    """The first moments of the present month and of the six before it."""
    starts = [now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    for _ in range(MONTHS):
        last = starts[-1]
        year, month = (last.year - 1, 12) if last.month == 1 else (last.year, last.month - 1)
        starts.append(last.replace(year=year, month=month))
    return starts


def _code(start: datetime) -> str:
    return f"{start:%Y-%m}"


def _earlier(asking: Asking) -> EarlierAnswers[MonthOfOrders]:
    return earlier_answers(asking, OrderMonths, lambda fact: {month.code: month for month in fact.months})


def _periods(now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Beginning and end of each month, the present one up to now."""
    starts = month_starts(now)
    ends = [now, *starts]
    return {_code(start): (start, end) for start, end in zip(starts, ends, strict=False)}


def _calls(asking: Asking) -> dict[str, Command]:
    """The present month, and those that were not counted since they were over."""
    earlier, periods = _earlier(asking), _periods(asking.now)
    due = earlier.due(periods, asking.now, EVERY)
    unfinished = [code for code, at in earlier.moments.items() if code in periods and at < periods[code][1]]
    return _count({code: periods[code] for code in periods if code in {*due, *unfinished}})


def _spare(asking: Asking) -> dict[str, Command]:
    periods = _periods(asking.now)
    return _count({code: periods[code] for code in _earlier(asking).longest_ago_first(periods)})


def _count(periods: Mapping[str, tuple[datetime, datetime]]) -> dict[str, Command]:
    texts = {
        code: [edge.isoformat(timespec="seconds") for edge in period] for code, period in periods.items()
    }
    return {
        code: Command(
            "sale.order.list",
            {
                "select": ["id", "dateInsert"],
                "filter": {">=dateInsert": start, "<dateInsert": end},
                "order": {"id": "desc"},
                "start": 0,
            },
        )
        for code, (start, end) in texts.items()
    }


@facts_of(_calls, "sale.order.list", rank=101, scopes=("sale",), who=ADMIN, spare=_spare)
def order_months(answers: Mapping[str, Answer], asking: Asking) -> OrderMonths:
    """Read the totals of sale.order.list by month (api-reference/sale/order/sale-order-list.md)."""
    periods = _periods(asking.now)
    plan = asking.found.values.get("application")
    hours = TradeHours(country_of(plan.license if plan else ""), asking.now.tzinfo)
    found = {code: _month(answer, periods[code], hours) for code, answer in answers.items()}
    months, asked_at = _earlier(asking).filled_up(found, asking.left_out, asking.now)
    return OrderMonths(_whole(months, periods), asked_at)


def _month(answer: Answer, period: tuple[datetime, datetime], hours: TradeHours) -> MonthOfOrders:
    """One month; the silence after its newest order counts only when all orders of an ended month were read."""
    (start, end), count = period, counted(answer)
    rows = records(DatedOrder, answer.result, "orders")
    moments = sorted(row.date_insert for row in rows if row.date_insert)
    if not moments:
        return MonthOfOrders(start, count)
    is_whole, is_over = len(rows) >= count, _code(end) != _code(start)
    since = start if is_whole else moments[0] + AFTER
    until = end if is_whole and is_over else moments[-1]
    return MonthOfOrders(start, count, pattern_of(moments, since, until, hours))


def _whole(months: Mapping[str, MonthOfOrders], wanted: Iterable[str]) -> tuple[MonthOfOrders, ...]:
    """All months, newest first; a gap would make the next one look like the present one."""
    try:
        return tuple(months[code] for code in wanted)
    except KeyError as error:
        raise AnswerBroken("month_missing", "a month of orders was not counted") from error
