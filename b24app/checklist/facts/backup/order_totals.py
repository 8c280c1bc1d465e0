"""How many orders there are, and how many of those that the baseline counted are still there."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted, listed
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.checklist.engine.record_counts import Total
from b24app.json_values import Json


@dataclass(frozen=True, slots=True)
class OrderTotals:
    total: Total


def _list(**filter: Json) -> Command:
    query: dict[str, Json] = {"select": ["id"], "order": {"id": "desc"}, "start": 0}
    return Command("sale.order.list", query | ({"filter": dict(filter)} if filter else {}))


def _newest_then(asking: Asking) -> int:
    before = asking.baseline.facts.of(OrderTotals)
    return before.total.max_id if before else 0


def _calls(asking: Asking) -> dict[str, Command]:
    newest = _newest_then(asking)
    return {"every": _list()} | ({"kept": _list(**{"<=id": newest})} if newest else {})


@facts_of(_calls, "sale.order.list", rank=109, scopes=("sale",), who=ADMIN)
def order_totals(answers: Mapping[str, Answer], asking: Asking) -> OrderTotals:
    """Read the totals of sale.order.list (api-reference/sale/order/sale-order-list.md)."""
    rows = listed(answers["every"].result, "orders")
    newest = int(str(rows[0].get("id", 0))) if rows else 0
    kept = answers.get("kept")
    left = (counted(kept), _newest_then(asking)) if kept else (None, None)
    return OrderTotals(Total(counted(answers["every"]), newest, *left))
