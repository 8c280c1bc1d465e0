"""Fields of the checkout, and which of them a buyer must fill in."""

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
    """Required fields first; `every`: all are here, not the first page alone, and not the required ones as in older releases."""

    rows: tuple[CheckoutField, ...]
    every: bool = False

    def required(self) -> tuple[CheckoutField, ...]:
        """The fields that hold an order back while they are empty."""
        return tuple(row for row in self.rows if row.active and row.required)


@fact(
    Command(
        "sale.property.list",
        {"select": list(FIELDS), "order": {"required": "desc", "id": "asc"}, "start": 0},
    ),
    rank=44,
    scopes=("sale",),
    who=ADMIN,
)
def checkout_fields(answer: Answer) -> CheckoutFields:
    """Read sale.property.list (api-reference/sale/property/sale-property-list.md)."""
    rows = records(CheckoutField, answer.result, "properties")
    return CheckoutFields(rows, every=answer.total is not None and answer.total <= len(rows))
