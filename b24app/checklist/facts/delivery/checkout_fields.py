"""Fields of the checkout, those that a buyer must fill in among them."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

FIELDS = ("id", "name", "code", "type", "personTypeId", "required", "active")


@dataclass(frozen=True, slots=True)
class CheckoutField:
    __pydantic_config__ = CAMEL

    id: Text
    name: Text = ""
    code: Text = ""
    type: Text = ""
    person_type_id: Number = None
    required: Flag = False
    active: Flag = True


@dataclass(frozen=True, slots=True)
class CheckoutFields:
    """All of them; the previous release kept the required ones alone."""

    rows: tuple[CheckoutField, ...]

    def asked(self) -> dict[str, str]:
        """The names of those that a buyer must fill in now, by id."""
        return {row.id: row.name for row in self.rows if row.active and row.required}


@fact(
    Command(
        "sale.property.list",
        {"select": list(FIELDS), "order": {"id": "asc"}, "start": 0},
    ),
    rank=44,
    scopes=("sale",),
    who=ADMIN,
)
def checkout_fields(answer: Answer) -> CheckoutFields:
    """Read sale.property.list (api-reference/sale/property/sale-property-list.md)."""
    return CheckoutFields(records(CheckoutField, answer.result, "properties"))
