"""Payer types that pay systems refer to."""

from dataclasses import dataclass

from b24app.checklist.fact import ADMIN, fact
from b24app.checklist.reading import CAMEL, Flag, Number, Text, records
from b24app.wire.answers import Answer, Command


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
