"""Delivery services and their profiles."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, records
from b24app.checklist.engine.fact import CRM_ADMIN, fact

NO_DELIVERY = ("без доставки", "no delivery", "without delivery")
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

    @property
    def is_none(self) -> bool:
        """The service by which nothing is delivered; REST returns no kind of it, so it is recognised by its name alone."""
        return self.name.strip().lower().startswith(NO_DELIVERY)


@dataclass(frozen=True, slots=True)
class Deliveries:
    services: tuple[DeliveryService, ...]

    def active(self) -> tuple[DeliveryService, ...]:
        """The services and profiles that are switched on."""
        return tuple(service for service in self.services if service.active)

    def usable(self) -> tuple[DeliveryService, ...]:
        """The services that a buyer can choose: switched on, and with a profile that is on where they have profiles."""
        parents = {str(one.parent_id) for one in self.services if one.is_profile}
        open_parents = {str(one.parent_id) for one in self.active() if one.is_profile}
        services = [one for one in self.active() if not one.is_profile]
        return tuple(one for one in services if one.id not in parents or one.id in open_parents)

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
