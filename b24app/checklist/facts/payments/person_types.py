"""Payer types that pay systems refer to."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class PersonType:
    __pydantic_config__ = CAMEL

    id: Number
    name: Text = ""
    code: Text = ""
    active: Flag = True


@dataclass(frozen=True, slots=True)
class PersonTypes:
    rows: tuple[PersonType, ...]


@fact(Command("sale.persontype.list", {"start": 0}), rank=11, scopes=("sale",), who=ADMIN)
def person_types(answer: Answer) -> PersonTypes:
    """Read sale.persontype.list (api-reference/sale/person-type/sale-person-type-list.md)."""
    return PersonTypes(records(PersonType, answer.result, "personTypes"))
