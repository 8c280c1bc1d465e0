"""Statuses of orders and of shipments."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Number, Text, listed, mapped, record
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """`type` is O for orders and D for shipments."""

    __pydantic_config__ = CAMEL

    id: Text
    type: Text = ""
    sort: Number = None


@dataclass(frozen=True, slots=True)
class OrderStatuses:
    rows: tuple[OrderStatus, ...]


@fact(
    Command("sale.status.list", {"order": {"sort": "asc"}, "start": 0}), rank=10, scopes=("sale",), who=ADMIN
)
def order_statuses(answer: Answer) -> OrderStatuses:
    """Read sale.status.list (api-reference/sale/status/sale-status-list.md): the table and the sample differ."""
    wrap = "statuses" if "statuses" in mapped(answer.result) else "status"
    return OrderStatuses(tuple(record(OrderStatus, row) for row in listed(answer.result, wrap)))
