"""Fields of deals, leads, contacts, companies and elements of smart processes: their type, and which must be filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, mapped, record
from b24app.checklist.engine.fact import Asking, fact, facts_of
from b24app.json_values import JsonObject, is_array

OWNERS = {"lead": 1, "contact": 3, "company": 4}


@dataclass(frozen=True, slots=True)
class CrmField:
    __pydantic_config__ = CAMEL

    upper_name: Text
    title: Text = ""
    type: Text = ""
    is_required: Flag = False
    is_multiple: Flag = False
    is_dynamic: Flag = False
    is_read_only: Flag = False
    items: tuple[str, ...] = ()

    @property
    def must_be_filled(self) -> bool:
        """Whether a manager cannot leave it empty."""
        return self.is_required and not self.is_read_only


@dataclass(frozen=True, slots=True)
class DealFields:
    fields: tuple[CrmField, ...]


@dataclass(frozen=True, slots=True)
class CrmFields:
    """Fields by owner: lead, contact, company. What the portal did not show is absent."""

    fields: Mapping[str, tuple[CrmField, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SmartFields:
    """Fields by the entity type of the smart process."""

    fields: Mapping[str, tuple[CrmField, ...]] = field(default_factory=dict)


def _command(entity_type: int) -> Command:
    return Command("crm.item.fields", {"entityTypeId": entity_type})


def _flat(name: str, row: JsonObject) -> JsonObject:
    items = row.get("items")
    values = [str(mapped(item).get("VALUE", "")) for item in items] if is_array(items) else []
    return {**row, "upperName": row.get("upperName") or name, "items": values}


def _fields(answer: Answer) -> tuple[CrmField, ...]:
    rows = mapped(mapped(answer.result).get("fields"))
    return tuple(record(CrmField, _flat(name, mapped(row))) for name, row in rows.items())


@fact(_command(2), rank=9, scopes=("crm",))
def deal_fields(answer: Answer) -> DealFields:
    """Read crm.item.fields (api-reference/crm/universal/crm-item-fields.md)."""
    return DealFields(_fields(answer))


def _owners(_asking: Asking) -> dict[str, Command]:
    return {name: _command(entity_type) for name, entity_type in OWNERS.items()}


@facts_of(_owners, "crm.item.fields", rank=212, scopes=("crm",), partial=True)
def crm_fields(answers: Mapping[str, Answer], _asking: Asking) -> CrmFields:
    """Read crm.item.fields of leads, contacts and companies."""
    return CrmFields({name: _fields(answer) for name, answer in answers.items()})


def _smart(asking: Asking) -> dict[str, Command]:
    rows = asking.found.values["smart_processes"].rows
    return {
        row.entity_type_id: _command(int(row.entity_type_id)) for row in rows if row.entity_type_id.isdigit()
    }


@facts_of(_smart, "crm.item.fields", rank=213, scopes=("crm",), uses=("smart_processes",), partial=True)
def smart_fields(answers: Mapping[str, Answer], _asking: Asking) -> SmartFields:
    """Read crm.item.fields of every smart process, whose entity type is over 127."""
    return SmartFields({entity_type: _fields(answer) for entity_type, answer in answers.items()})
