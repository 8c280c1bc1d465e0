"""The newest shipments: how lively each delivery service is."""

from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Moment, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

FIELDS = (
    "id", "orderId", "deliveryId", "deliveryName", "statusId", "deducted", "marked", "reasonMarked",
    "trackingStatus", "dateInsert",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipment:
    __pydantic_config__ = CAMEL

    id: Number
    order_id: Number = None
    delivery_id: Text = ""
    delivery_name: Text = ""
    deducted: Flag = False
    marked: Flag = False
    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class RecentShipments:
    rows: tuple[Shipment, ...]

    def moments_of(self, delivery_id: str) -> list[datetime]:
        """When parcels left with one service, newest first."""
        mine = (row.date_insert for row in self.rows if row.delivery_id == delivery_id)
        return [moment for moment in mine if moment]


@fact(
    Command("sale.shipment.list", {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}),
    rank=17,
    scopes=("sale",),
    who=ADMIN,
)
def recent_shipments(answer: Answer) -> RecentShipments:
    """Read sale.shipment.list (api-reference/sale/shipment/sale-shipment-list.md) without counting."""
    return RecentShipments(records(Shipment, answer.result, "shipments"))
