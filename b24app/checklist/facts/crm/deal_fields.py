"""Fields of a deal: which a manager must fill in before saving."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, mapped, record
from b24app.checklist.engine.fact import fact
from b24app.json_values import JsonObject, is_array


@dataclass(frozen=True, slots=True)
class Field:
    __pydantic_config__ = CAMEL

    upper_name: Text
    title: Text = ""
    type: Text = ""
    is_required: Flag = False
    is_multiple: Flag = False
    is_dynamic: Flag = False
    is_read_only: Flag = False
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DealFields:
    fields: tuple[Field, ...]

    def required(self) -> tuple[Field, ...]:
        """The fields that a manager cannot leave empty."""
        return tuple(field for field in self.fields if field.is_required and not field.is_read_only)


def _flat(name: str, row: JsonObject) -> JsonObject:
    items = row.get("items")
    values = [str(mapped(item).get("VALUE", "")) for item in items] if is_array(items) else []
    return {**row, "upperName": row.get("upperName") or name, "items": values}


@fact(Command("crm.item.fields", {"entityTypeId": 2}), rank=9, scopes=("crm",))
def deal_fields(answer: Answer) -> DealFields:
    """Read crm.item.fields (api-reference/crm/universal/crm-item-fields.md)."""
    rows = mapped(mapped(answer.result).get("fields"))
    return DealFields(tuple(record(Field, _flat(name, mapped(row))) for name, row in rows.items()))
