"""The newest parcels of delivery services that the newest fifty of the shop hardly show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Text, records
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject

FIELDS = ("id", "deliveryId", "dateInsert")
ENOUGH = 4
PAGE = 50


@dataclass(frozen=True, slots=True)
class RareShipment:
    __pydantic_config__ = CAMEL

    delivery_id: Text = ""
    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class RareShipments:
    """`asked_at` holds the moments of those that this run did not ask about."""

    services: Mapping[str, tuple[RareShipment, ...]]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)

    def moments_of(self, delivery_id: str) -> list[datetime]:
        """When parcels left with one service, newest first."""
        return [row.date_insert for row in self.services.get(delivery_id, ()) if row.date_insert]


def _earlier(asking: Asking) -> EarlierAnswers[tuple[RareShipment, ...]]:
    return earlier_answers(asking, RareShipments, lambda fact: fact.services)


def _calls(asking: Asking) -> dict[str, Command]:
    rows = asking.found.values["recent_shipments"].rows
    if len(rows) < PAGE:
        return {}
    seen = Counter(row.delivery_id for row in rows)
    active = asking.found.values["deliveries"].active()
    parents = {str(one.parent_id) for one in active}
    rare = [one.id for one in active if one.id not in parents and seen[one.id] < ENOUGH]
    query: JsonObject = {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}
    return {
        key: Command("sale.shipment.list", {**query, "filter": {"deliveryId": key}})
        for key in _earlier(asking).longest_ago_first(rare)
    }


@facts_of(
    _calls,
    "sale.shipment.list",
    rank=206,
    scopes=("sale",),
    who=ADMIN,
    uses=("deliveries", "recent_shipments"),
    partial=True,
)
def rare_shipments(answers: Mapping[str, Answer], asking: Asking) -> RareShipments:
    """Read sale.shipment.list of one service (api-reference/sale/shipment/sale-shipment-list.md)."""
    found = {key: records(RareShipment, answer.result, "shipments") for key, answer in answers.items()}
    return RareShipments(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
