"""Orders of the present month and the six before it, and on which days and hours they came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, counted, records
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.checklist.engine.shop_hours import Pattern, TradeHours, country_of, pattern_of

MONTHS = 6
AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DatedOrder:
    __pydantic_config__ = CAMEL

    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class MonthOfOrders:
    first_day: datetime
    count: int


@dataclass(frozen=True, slots=True)
class OrderMonths:
    """Newest first; the first one is not over yet. `pattern` is learned from the last fifty orders of each month."""

    months: tuple[MonthOfOrders, ...]
    pattern: Pattern = field(default_factory=Pattern)

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


def _calls(asking: Asking) -> dict[str, Command]:
    edges = [asking.now, *month_starts(asking.now)]
    texts = [edge.isoformat(timespec="seconds") for edge in edges]
    return {
        str(back): Command(
            "sale.order.list",
            {
                "select": ["id", "dateInsert"],
                "filter": {">=dateInsert": texts[back + 1], "<dateInsert": texts[back]},
                "order": {"id": "desc"},
                "start": 0,
            },
        )
        for back in range(MONTHS + 1)
    }


@facts_of(_calls, "sale.order.list", rank=101, scopes=("sale",), who=ADMIN)
def order_months(answers: Mapping[str, Answer], asking: Asking) -> OrderMonths:
    """Read the totals of sale.order.list by month (api-reference/sale/order/sale-order-list.md)."""
    starts = month_starts(asking.now)
    months = tuple(MonthOfOrders(starts[back], counted(answers[str(back)])) for back in range(MONTHS + 1))
    plan = asking.found.values.get("application")
    hours = TradeHours(country_of(plan.license if plan else ""), asking.now.tzinfo)
    pattern = Pattern()
    for back, month in enumerate(months):
        rows = records(DatedOrder, answers[str(back)].result, "orders")
        moments = sorted(row.date_insert for row in rows if row.date_insert)
        if moments:
            since = month.first_day if len(rows) >= month.count else moments[0] + AFTER
            until = starts[back - 1] if back else moments[-1]
            pattern = pattern.joined(pattern_of(moments, since, until, hours))
    return OrderMonths(months, pattern)
