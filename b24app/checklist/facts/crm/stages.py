"""Every stage and dictionary entry of the CRM."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Number, Text, listed, mapped, record
from b24app.checklist.engine.fact import fact
from b24app.json_values import JsonObject

LEADS, QUOTES = "STATUS", "QUOTE_STATUS"
WITH_ENDS = ("DEAL_STAGE", "SMART_INVOICE_STAGE", "DYNAMIC_")


def has_ends(entity_id: str) -> bool:
    """Whether these are stages of deals, invoices or a smart process, which end in success or failure."""
    return entity_id.startswith(WITH_ENDS)


@dataclass(frozen=True, slots=True)
class PipelineStage:
    """`semantics` comes from EXTRA: the field of that name is null for stages in progress."""

    __pydantic_config__ = UPPER

    entity_id: Text
    status_id: Text
    name: Text = ""
    sort: Number = None
    semantics: Text = ""

    @property
    def key(self) -> tuple[str, str]:
        """Dictionary and code, which identify an entry; its id does not."""
        return self.entity_id, self.status_id

    @property
    def is_stage(self) -> bool:
        """Whether this is a stage of a pipeline, of leads or of quotes, and not an entry of another dictionary."""
        return "_STAGE" in self.entity_id or self.entity_id in {LEADS, QUOTES}


@dataclass(frozen=True, slots=True)
class Stages:
    entries: tuple[PipelineStage, ...]
    total: int | None = None

    def of(self, entity_id: str) -> tuple[PipelineStage, ...]:
        """The entries of one dictionary, in the order of the pipeline."""
        return tuple(sorted((s for s in self.entries if s.entity_id == entity_id), key=lambda s: s.sort or 0))

    @property
    def pipelines(self) -> tuple[str, ...]:
        """The dictionaries that are stages of deal pipelines."""
        ids = {s.entity_id for s in self.entries}
        return tuple(sorted(i for i in ids if i == "DEAL_STAGE" or i.startswith("DEAL_STAGE_")))

    @property
    def lists(self) -> frozenset[str]:
        """The ids of all dictionaries."""
        return frozenset(s.entity_id for s in self.entries)

    @property
    def is_whole(self) -> bool:
        """Whether the portal gave as many rows as it counted."""
        return self.total is None or self.total <= len(self.entries)


def _flat(row: JsonObject) -> JsonObject:
    extra = mapped(row.get("EXTRA"))
    return {**row, "SEMANTICS": extra.get("SEMANTICS") or row.get("SEMANTICS")}


@fact(Command("crm.status.list", {"order": {"SORT": "ASC"}}), rank=7, scopes=("crm",))
def stages(answer: Answer) -> Stages:
    """Read crm.status.list (api-reference/crm/status/crm-status-list.md)."""
    entries = tuple(record(PipelineStage, _flat(row)) for row in listed(answer.result))
    return Stages(entries, answer.total)
