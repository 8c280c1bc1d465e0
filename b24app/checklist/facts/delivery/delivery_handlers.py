"""Delivery handlers that applications registered, and the hosts that calculate prices."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import hosts_in, listed
from b24app.checklist.engine.fact import CRM_ADMIN, fact


@dataclass(frozen=True, slots=True)
class DeliveryHandler:
    code: str
    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryHandlers:
    rows: tuple[DeliveryHandler, ...]


@fact(Command("sale.delivery.handler.list", {}), rank=32, scopes=("delivery",), who=CRM_ADMIN)
def delivery_handlers(answer: Answer) -> DeliveryHandlers:
    """Read sale.delivery.handler.list (api-reference/sale/delivery/handler/...-list.md)."""
    return DeliveryHandlers(
        tuple(
            DeliveryHandler(str(row.get("CODE", "")), str(row.get("NAME", "")), hosts_in(row.get("SETTINGS")))
            for row in listed(answer.result)
        )
    )
