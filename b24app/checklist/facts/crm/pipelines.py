"""Deal pipelines: their names and which one is the default."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Number, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class Pipeline:
    __pydantic_config__ = CAMEL

    id: Text
    name: Text = ""
    sort: Number = None
    is_default: Flag = False

    @property
    def stage_list(self) -> str:
        """The id of its stage dictionary; the pipeline 0 has the plain one."""
        return "DEAL_STAGE" if self.id == "0" else f"DEAL_STAGE_{self.id}"


@dataclass(frozen=True, slots=True)
class Pipelines:
    rows: tuple[Pipeline, ...]

    def name_of(self, stage_list: str) -> str:
        """The pipeline's name by the id of its stage dictionary."""
        return next((row.name for row in self.rows if row.stage_list == stage_list), stage_list)


@fact(Command("crm.category.list", {"entityTypeId": 2}), rank=8, scopes=("crm",))
def pipelines(answer: Answer) -> Pipelines:
    """Read crm.category.list (api-reference/crm/universal/category/crm-category-list.md)."""
    return Pipelines(records(Pipeline, answer.result, "categories"))
