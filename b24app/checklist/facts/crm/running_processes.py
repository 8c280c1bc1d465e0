"""Business processes that run now: a lock older than five minutes means that one hangs."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Moment, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

FIELDS = ("ID", "MODULE_ID", "ENTITY", "TEMPLATE_ID", "STARTED", "OWNED_UNTIL")


@dataclass(frozen=True, slots=True)
class RunningProcess:
    __pydantic_config__ = UPPER

    id: Text
    template_id: Text = ""
    started: Moment = None
    owned_until: Moment = None


@dataclass(frozen=True, slots=True)
class RunningProcesses:
    rows: tuple[RunningProcess, ...]
    total: int | None = None


@fact(
    Command("bizproc.workflow.instances", {"SELECT": list(FIELDS), "ORDER": {"STARTED": "ASC"}, "start": 0}),
    rank=48,
    scopes=("bizproc",),
    who=ADMIN,
)
def running_processes(answer: Answer) -> RunningProcesses:
    """Read bizproc.workflow.instances (api-reference/bizproc/bizproc-workflow-instances.md)."""
    return RunningProcesses(records(RunningProcess, answer.result), answer.total)
