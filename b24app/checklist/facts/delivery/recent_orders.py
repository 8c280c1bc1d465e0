"""The newest orders: when the last one came, how many carry a problem mark."""

from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Moment, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

FIELDS = (
    "id", "dateInsert", "statusId", "payed", "canceled", "marked", "reasonMarked", "externalOrder",
    "personTypeId", "xmlId", "updated1c",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    __pydantic_config__ = CAMEL

    id: Number
    date_insert: Moment = None
    status_id: Text = ""
    payed: Flag = False
    canceled: Flag = False
    marked: Flag = False
    external_order: Flag = False
    xml_id: Text = ""
    updated1c: Flag = False


@dataclass(frozen=True, slots=True)
class RecentOrders:
    rows: tuple[Order, ...]

    @property
    def moments(self) -> list[datetime]:
        """When they came, newest first."""
        return [row.date_insert for row in self.rows if row.date_insert]


@fact(
    Command("sale.order.list", {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}),
    rank=15,
    scopes=("sale",),
    who=ADMIN,
)
def recent_orders(answer: Answer) -> RecentOrders:
    """Read sale.order.list (api-reference/sale/order/sale-order-list.md) without counting."""
    return RecentOrders(records(Order, answer.result, "orders"))
