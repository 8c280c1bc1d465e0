"""Binds tasks that were bound to a lost item to its successor."""

from collections.abc import Mapping, Sequence

from b24app.backup.restore.data.copied_writer import CopiedWriter, stays
from b24app.backup.restore.data.line_kinds import TASK_BINDING
from b24app.backup.restore.data.task_fields import bindings_of
from b24app.backup.restore.data.task_look import read_tasks
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation
from b24app.backup.restore.writer import FoundObject, ObjectStanding, Writer, Written
from b24app.backup.restore.writers.crm_item import GONE_SINCE
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import Command
from b24app.text.messages import N_

TITLE = N_("Task bound to what comes back")
REBOUND = N_("It was bound otherwise since, so it stays as it is.")


class TaskBindingWriter(CopiedWriter):
    """The list of items in a task: `swap` of an operation maps former items to new ones; all else stays."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """The tasks of a whole batch."""
        ids = {one.id for one in operations if one.id} - look.tasks.keys()
        look.tasks |= dict.fromkeys(ids) | read_tasks(look.client, ids)

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether the task still refers to the lost item, or to its successor already."""
        row = self._row(operation, look)
        bound = set(bindings_of(row)) if row is not None else set()
        swap = _swap(operation)
        if bound & swap.keys():
            return FoundObject(ObjectStanding.READY, operation.id)
        done = bool(bound & set(swap.values()))
        return FoundObject(ObjectStanding.DONE if done else ObjectStanding.OTHER, operation.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:
        """tasks.task.update of this one field, from what it holds now."""
        swap, row = _swap(operation), self._row(operation, look)
        bound: Json = list(dict.fromkeys(swap.get(one, one) for one in bindings_of(row or {})))
        params: JsonObject = {"taskId": int(operation.id), "fields": {"UF_CRM_TASK": bound}}
        return Command("tasks.task.update", params, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The task's number, which stays."""
        return operation.id

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """The row as the preview read it."""
        return dict(operation.expects)

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Put the former names back unless they were changed since."""
        one, row = written.operation, self._row(written.operation, look)
        bound = bindings_of(row) if row is not None else []
        back = {new: former for former, new in _swap(one).items() if new in bound}
        if not back:
            return stays(written, REBOUND if row is not None else GONE_SINCE)
        look.unbound.add(("task", one.id))
        return Operation(
            0, TASK_BINDING, one.entity, one.key, one.name, Action.CHANGE, title=TITLE, id=one.id,
            params={"swap": back}, expects={"ufCrmTask": bound},
        )  # fmt: skip

    def _row(self, operation: Operation, look: PortalLook) -> JsonObject | None:
        self.read_together([operation], look)
        return look.tasks[operation.id]


def _swap(operation: Operation) -> Mapping[str, str]:
    swap = operation.params.get("swap")
    return {former: str(new) for former, new in swap.items()} if is_object(swap) else {}


WRITER: Writer = TaskBindingWriter(TASK_BINDING, TITLE, 920, ("task",), goes_with_owner=False)
