"""How many orders there are, and how many of the last thirty days have a problem or are unpaid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import Json


@dataclass(frozen=True, slots=True)
class OrderCounts:
    every: int
    marked_30: int
    unpaid_30: int


def _list(**filter: Json) -> Command:
    return Command("sale.order.list", {"select": ["id"], "filter": filter, "start": 0})


def _calls(asking: Asking) -> dict[str, Command]:
    since = {">=dateInsert": (asking.now - timedelta(days=30)).isoformat(timespec="seconds")}
    return {
        "marked": _list(**since, marked="Y"),
        "unpaid": _list(**since, payed="N", canceled="N"),
        "every": Command("sale.order.list", {"select": ["id"], "start": 0}),
    }


@facts_of(_calls, "sale.order.list", rank=108, scopes=("sale",), who=ADMIN)
def order_counts(answers: Mapping[str, Answer], _asking: Asking) -> OrderCounts:
    """Read totals of sale.order.list (api-reference/sale/order/sale-order-list.md)."""
    return OrderCounts(*(counted(answers[key]) for key in ("every", "marked", "unpaid")))
