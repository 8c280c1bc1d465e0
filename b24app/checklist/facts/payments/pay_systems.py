"""Pay systems: which are on, for whom, and whose handler takes the money."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, records
from b24app.checklist.engine.fact import CRM_ADMIN, fact
from b24app.checklist.engine.pay_providers import is_by_hand, is_online, provider_of

FIELDS = (
    "ID", "NAME", "PSA_NAME", "ACTION_FILE", "PS_MODE", "ACTIVE", "ENTITY_REGISTRY_TYPE", "PERSON_TYPE_ID",
    "IS_CASH", "CAN_PRINT_CHECK", "XML_ID", "SORT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaySystem:
    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    psa_name: Text = ""
    action_file: Text = ""
    ps_mode: Text = ""
    active: Flag = False
    entity_registry_type: Text = ""
    person_type_id: Number = None
    is_cash: Text = "N"
    can_print_check: Flag = False
    xml_id: Text = ""

    @property
    def provider(self) -> str:
        """The provider, recognised by handler and name; the handler's own code when unknown."""
        return provider_of(self.action_file, self.name, self.psa_name)

    @property
    def takes_orders(self) -> bool:
        """Whether a shop order can be paid with it: invoices have pay systems of their own."""
        return self.active and self.entity_registry_type == "ORDER"

    @property
    def is_offline(self) -> bool:
        """Whether it is cash, an invoice for companies or a bank slip: paid by hand, without a provider."""
        if is_online(self.action_file):
            return False
        return self.is_cash == "Y" or is_by_hand(self.action_file, self.name, self.psa_name)


@dataclass(frozen=True, slots=True)
class PaySystems:
    systems: tuple[PaySystem, ...]

    def for_orders(self) -> tuple[PaySystem, ...]:
        """The systems that shop orders are paid with now."""
        return tuple(system for system in self.systems if system.takes_orders)

    def by_id(self) -> dict[str, PaySystem]:
        """All systems by their id."""
        return {system.id: system for system in self.systems}


@fact(
    Command("sale.paysystem.list", {"SELECT": list(FIELDS), "ORDER": {"ID": "ASC"}}),
    rank=4,
    scopes=("pay_system",),
    who=CRM_ADMIN,
)
def pay_systems(answer: Answer) -> PaySystems:
    """Read sale.paysystem.list (api-reference/pay-system/sale-pay-system-list.md)."""
    return PaySystems(records(PaySystem, answer.result))
