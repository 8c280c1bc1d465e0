"""The company's own deal fields: their kind and whether they must be filled in."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class DealUserfield:
    __pydantic_config__ = UPPER

    id: Text
    field_name: Text = ""
    user_type_id: Text = ""
    mandatory: Flag = False


@dataclass(frozen=True, slots=True)
class DealUserfields:
    rows: tuple[DealUserfield, ...]
    total: int | None = None


@fact(Command("crm.deal.userfield.list", {"order": {"ID": "ASC"}}), rank=47, scopes=("crm",))
def deal_userfields(answer: Answer) -> DealUserfields:
    """Read crm.deal.userfield.list (api-reference/crm/deals/user-defined-fields/...-list.md)."""
    return DealUserfields(records(DealUserfield, answer.result), answer.total)
