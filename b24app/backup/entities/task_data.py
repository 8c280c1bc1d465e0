"""Tasks with checklists, results and time spent. Pure."""

from collections.abc import Iterator

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier
from b24app.text.messages import N_

SCOPE = "task"
CHAT = N_("What was said in the chat of a task cannot be read by applications.")
ELAPSED = N_("Time spent stays readable in the copy.")
RESULTS = N_("Results stay readable in the copy: Bitrix24 would take them with today’s date.")


def entities(shape: PortalShape) -> Iterator[Entity]:  # noqa: ARG001 - the same in every portal
    """Tasks, then what belongs to each."""
    yield Entity(
        "task",
        N_("Tasks"),
        Tier.DATA,
        "tasks.task.list",
        SCOPE,
        {"select": ["*", "UF_*"]},
        changed="changedDate",
        changed_filter="CHANGED_DATE",
        note=CHAT,
        parts={"parentId": "task"},
    )
    yield from _parts()


def _parts() -> Iterator[Entity]:
    yield Entity(
        "task.checklist",
        N_("Checklists"),
        Tier.DATA,
        "task.checklistitem.getlist",
        SCOPE,
        id="ID",
        per_item=PerItem("task", {"TASKID": "{id}"}, filtered=False),
    )
    yield Entity(
        "task.results",
        N_("Results of tasks"),
        Tier.DATA,
        "tasks.task.result.list",
        SCOPE,
        per_item=PerItem("task", {"taskId": "{id}"}, filtered=False),
        back=Back.NONE,
        note=RESULTS,
    )
    yield Entity(
        "task.elapsed",
        N_("Time spent"),
        Tier.DATA,
        "task.elapseditem.getlist",
        SCOPE,
        id="ID",
        per_item=PerItem("task", {"TASKID": "{id}"}, filtered=False, behind="ID"),
        back=Back.NONE,
        note=ELAPSED,
    )
