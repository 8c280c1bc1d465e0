"""The dictionaries of the CRM by name: stages of every pipeline, smart processes and invoices included, sources and others."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class StageList:
    """`category_id` and `category_name` are those of the pipeline whose stages these are."""

    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    entity_type_id: Number = None
    category_id: Text = ""
    category_name: Text = ""
    is_enabled: Flag = True


@dataclass(frozen=True, slots=True)
class StageLists:
    rows: tuple[StageList, ...]

    def names(self) -> dict[str, str]:
        """The title of each dictionary."""
        return {row.id: row.name for row in self.rows}


@fact(Command("crm.status.entity.types", {}), rank=6, scopes=("crm",))
def stage_lists(answer: Answer) -> StageLists:
    """Read crm.status.entity.types (api-reference/crm/status/crm-status-entity-types.md)."""
    return StageLists(records(StageList, answer.result))
