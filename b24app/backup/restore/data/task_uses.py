"""Asks the portal what was added to restored tasks: time, results, comments, a changed checklist, tasks below them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from b24app.backup.restore.data.checklists import checklist_digest
from b24app.backup.restore.data.item_look import rows_of
from b24app.backup.restore.refusals import CLOSED, UNTOLD
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Answer, Command, RestClient


@dataclass(slots=True)
class TaskUses:
    """The uses of one task; the digest is empty where its checklist is not shown."""

    checklist: str = ""
    times: int = 0
    results: int = 0
    unread: bool = False
    below: set[str] = field(default_factory=set)


def read_task_uses(client: RestClient, tasks: Collection[str]) -> dict[str, TaskUses]:
    """The uses of these tasks; what this portal does not have counts as none."""
    uses = {one: TaskUses() for one in tasks}
    commands: dict[str, Command] = {}
    for one in uses:
        number = int(one)
        below: JsonObject = {"filter": {"PARENT_ID": number}, "select": ["ID"], "start": 0}
        commands |= {
            f"c{one}": Command("task.checklistitem.getlist", {"TASKID": number}),
            f"t{one}": Command("task.elapseditem.getlist", {"TASKID": number}),
            f"r{one}": Command("tasks.task.result.list", {"taskId": number}),
            f"b{one}": Command("tasks.task.list", below),
        }
    for key, outcome in (client.batch(commands) if commands else {}).items():
        _note(uses[key[1:]], key[0], outcome)
    return uses


def comments_of(row: JsonObject) -> int:
    """How many comments people have written; the portal counts its own among all (tasks/fields.md)."""
    return max(0, _count(row.get("commentsCount")) - _count(row.get("serviceCommentsCount")))


def _note(mine: TaskUses, question: str, outcome: Answer | PortalError) -> None:
    if isinstance(outcome, CLOSED):
        mine.unread = mine.unread or isinstance(outcome, UNTOLD)
        return
    rows = rows_of(outcome)
    if question == "c":
        mine.checklist = checklist_digest(rows)
    elif question == "t":
        mine.times = len(rows)
    elif question == "r":
        mine.results = len(rows)
    else:
        mine.below = {str(row.get("id")) for row in rows}


def _count(value: Json) -> int:
    text = str(value or 0)
    return int(text) if text.isdigit() else 0
