"""The newest orders that 1C has taken, where it leaves its mark in orders at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, records
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class OrderOf1c:
    __pydantic_config__ = CAMEL

    id: Number
    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class OrdersOf1c:
    rows: tuple[OrderOf1c, ...] = ()

    @property
    def moments(self) -> list[datetime]:
        """When these orders came, newest first."""
        return [row.date_insert for row in self.rows if row.date_insert]


def _calls(asking: Asking) -> dict[str, Command]:
    """Nothing is asked where no order has ever had such a mark."""
    before = asking.earlier.facts.of(OrdersOf1c)
    known = before.rows if before else ()
    if not known and not any(row.updated1c for row in asking.found.values["recent_orders"].rows):
        return {}
    query: JsonObject = {"select": ["id", "dateInsert"], "filter": {"updated1c": "Y"}}
    return {"newest": Command("sale.order.list", {**query, "order": {"id": "desc"}, "start": -1})}


@facts_of(_calls, "sale.order.list", rank=106, scopes=("sale",), who=ADMIN, uses=("recent_orders",))
def orders_of_1c(answers: Mapping[str, Answer], _asking: Asking) -> OrdersOf1c:
    """Read sale.order.list of orders with updated1c=Y (api-reference/sale/data-types.md, sale_order)."""
    answer = answers.get("newest")
    return OrdersOf1c(records(OrderOf1c, answer.result, "orders") if answer else ())
