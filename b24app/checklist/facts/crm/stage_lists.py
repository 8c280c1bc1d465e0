"""The stage dictionaries of every pipeline, those of smart processes included."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class StageList:
    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    entity_type_id: Number = None
    category_id: Number = None
    is_enabled: Flag = True

    @property
    def holds_deals(self) -> bool:
        """Whether these are the stages of a deal pipeline."""
        return self.id == "DEAL_STAGE" or self.id.startswith("DEAL_STAGE_")


@dataclass(frozen=True, slots=True)
class StageLists:
    lists: tuple[StageList, ...]


@fact(Command("crm.status.entity.types", {}), rank=6, scopes=("crm",))
def stage_lists(answer: Answer) -> StageLists:
    """Read crm.status.entity.types (api-reference/crm/status/crm-status-entity-types.md)."""
    return StageLists(records(StageList, answer.result))
