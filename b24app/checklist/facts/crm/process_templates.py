"""Business-process templates, those of other applications included."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, MomentInUtc, Text, listed, record
from b24app.checklist.engine.fact import ADMIN, fact
from b24app.json_values import JsonObject

FIELDS = ("ID", "NAME", "MODULE_ID", "ENTITY", "DOCUMENT_TYPE", "AUTO_EXECUTE", "MODIFIED", "SYSTEM_CODE")


@dataclass(frozen=True, slots=True)
class ProcessTemplate:
    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    entity: Text = ""
    document_type: Text = ""
    auto_execute: Text = ""
    modified: MomentInUtc = ""
    system_code: Text = ""


@dataclass(frozen=True, slots=True)
class ProcessTemplates:
    rows: tuple[ProcessTemplate, ...]
    total: int | None = None


def _flat(row: JsonObject) -> JsonObject:
    kind = row.get("DOCUMENT_TYPE")
    return {**row, "DOCUMENT_TYPE": "/".join(map(str, kind)) if isinstance(kind, list) else kind}


@fact(
    Command("bizproc.workflow.template.list", {"SELECT": list(FIELDS), "ORDER": {"ID": "ASC"}, "start": 0}),
    rank=20,
    scopes=("bizproc",),
    who=ADMIN,
)
def process_templates(answer: Answer) -> ProcessTemplates:
    """Read bizproc.workflow.template.list (api-reference/bizproc/template/...-list.md)."""
    rows = tuple(record(ProcessTemplate, _flat(row)) for row in listed(answer.result))
    return ProcessTemplates(rows, answer.total)
