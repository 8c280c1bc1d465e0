"""Orders of the present month and the six before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of

MONTHS = 6


@dataclass(frozen=True, slots=True)
class MonthOfOrders:
    first_day: datetime
    count: int


@dataclass(frozen=True, slots=True)
class OrderMonths:
    """Newest first; the first one is not over yet."""

    months: tuple[MonthOfOrders, ...]

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
                "select": ["id"],
                "filter": {">=dateInsert": texts[back + 1], "<dateInsert": texts[back]},
                "start": 0,
            },
        )
        for back in range(MONTHS + 1)
    }


@facts_of(_calls, "sale.order.list", rank=101, scopes=("sale",), who=ADMIN)
def order_months(answers: Mapping[str, Answer], asking: Asking) -> OrderMonths:
    """Read the totals of sale.order.list by month (api-reference/sale/order/sale-order-list.md)."""
    starts = month_starts(asking.now)
    return OrderMonths(
        tuple(MonthOfOrders(starts[back], counted(answers[str(back)])) for back in range(MONTHS + 1))
    )
