"""Delivery services and their profiles."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, records
from b24app.checklist.engine.fact import CRM_ADMIN, fact

FIELDS = ("ID", "PARENT_ID", "NAME", "ACTIVE", "SORT", "CURRENCY")


@dataclass(frozen=True, slots=True)
class DeliveryService:
    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    active: Flag = False
    parent_id: Number = None
    currency: Text = ""

    @property
    def is_profile(self) -> bool:
        """A profile lives inside a service and cannot work without it."""
        return bool(self.parent_id)


@dataclass(frozen=True, slots=True)
class Deliveries:
    services: tuple[DeliveryService, ...]

    def active(self) -> tuple[DeliveryService, ...]:
        """The services and profiles that are switched on."""
        return tuple(service for service in self.services if service.active)

    def by_id(self) -> dict[str, DeliveryService]:
        """All services and profiles by their id."""
        return {service.id: service for service in self.services}


@fact(
    Command("sale.delivery.getlist", {"SELECT": list(FIELDS), "ORDER": {"ID": "ASC"}}),
    rank=5,
    scopes=("delivery",),
    who=CRM_ADMIN,
)
def deliveries(answer: Answer) -> Deliveries:
    """Read sale.delivery.getlist (api-reference/sale/delivery/delivery/sale-delivery-get-list.md)."""
    return Deliveries(records(DeliveryService, answer.result))
