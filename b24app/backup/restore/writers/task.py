"""Writes tasks: adds one from a copy, and on undo deletes it unless it was used since."""

from collections.abc import Sequence

from b24app.backup.restore.data.copied_items import day_before
from b24app.backup.restore.data.copied_writer import CopiedWriter, removal, stays
from b24app.backup.restore.data.item_uses import moment
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.line_mark import ended_at, hanging_digest, updated_at
from b24app.backup.restore.data.task_look import MarkedTasks, read_tasks
from b24app.backup.restore.data.task_uses import comments_of, read_task_uses
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, Written
from b24app.backup.restore.writers.crm_item import (
    CHANGED_SINCE,
    COMMENTED_SINCE,
    CUT_OFF,
    GONE_SINCE,
    UNREAD_SINCE,
)
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import Command
from b24app.text.messages import N_

TITLE = N_("Task")
TIMED_SINCE = N_("Time was noted in it since it came back, so it stays.")
RESULT_SINCE = N_("A result was added to it since it came back, so it stays.")
CHECKED_SINCE = N_("Its checklist was changed since it came back, so it stays.")
BELOW_SINCE = N_("Another task stands below it, so it stays.")
ACTED_SINCE = N_("Somebody has worked in it since it came back, so it stays.")


class TaskWriter(CopiedWriter):
    """Tasks that came from a copy; what prepares their fields is `restore/data/task_writing.py`."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """Read the tasks of a whole batch, and their uses."""
        ids = {one.id for one in operations if one.id} - look.tasks.keys()
        look.tasks |= dict.fromkeys(ids) | read_tasks(look.client, ids)
        unread = {one for one in ids if look.tasks[one] is not None}
        look.task_uses |= read_task_uses(look.client, unread)

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether the task may still be deleted; one whose addition was cut off is found by its mark."""
        if operation.action is Action.CREATE:
            return _made(operation, look)
        self.read_together([operation], look)
        row = look.tasks[operation.id]
        if row is None:
            return FoundObject(ObjectStanding.DONE, operation.id)
        if why_stays(row, operation.mark, look):
            return FoundObject(ObjectStanding.OTHER, operation.id)
        look.leaving_tasks.add(operation.id)
        return FoundObject(ObjectStanding.READY, operation.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """tasks.task.add, or tasks.task.delete."""
        if operation.action is Action.REMOVE:
            return Command("tasks.task.delete", {"taskId": int(operation.id)}, write=True)
        return Command("tasks.task.add", {"fields": operation.params["fields"]}, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:
        """The number of the new task."""
        if operation.action is Action.REMOVE:
            return operation.id
        task = result.get("task") if is_object(result) else None
        if not is_object(task) or not task.get("id"):
            raise AnswerBroken("", "a task was expected")
        return str(task["id"])

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """None: the task did not exist before."""
        return None

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Delete a restored task unless it was used since."""
        self.read_together([removal(written)], look)
        row = look.tasks[written.id]
        if why := GONE_SINCE if row is None else why_stays(row, written.mark, look):
            return stays(written, why)
        look.leaving_tasks.add(written.id)
        return removal(written)


def why_stays(row: JsonObject, mark: str, look: PortalLook) -> str:
    """Why a restored task is not deleted again: it was changed or used since, as far as the portal shows."""
    if not mark:
        return CUT_OFF
    if str(row.get("changedDate")) != updated_at(mark):
        return CHANGED_SINCE
    uses, since, acted = (
        look.task_uses[str(row.get("id"))],
        moment(ended_at(mark)),
        moment(row.get("activityDate")),
    )
    found = {
        UNREAD_SINCE: uses.unread,
        BELOW_SINCE: uses.below - look.leaving_tasks,
        TIMED_SINCE: uses.times,
        RESULT_SINCE: uses.results,
        CHECKED_SINCE: hanging_digest(mark) and uses.checklist and uses.checklist != hanging_digest(mark),
        COMMENTED_SINCE: comments_of(row),
        ACTED_SINCE: acted and since and acted > since,
    }
    return next((why for why, used in found.items() if used), "")


def _made(operation: Operation, look: PortalLook) -> FoundObject:
    """What an addition without an answer has made, by the outer code that it was to have."""
    if look.since is None:
        return FoundObject(ObjectStanding.OTHER)
    if look.marked_tasks is None:
        look.marked_tasks = MarkedTasks(look.client, day_before(look.since))
        look.marked_tasks.read_on()
    code = operation.wants.get("xmlId")
    number = look.marked_tasks.successor({"id": operation.key, "xmlId": code, "title": operation.name})
    return FoundObject(ObjectStanding.DONE, number) if number else FoundObject(ObjectStanding.OTHER)


WRITER: Writer = TaskWriter(TASK, TITLE, 910, ("task",), goes_with_owner=False)
