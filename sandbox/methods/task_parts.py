"""Checklists, results and time spent of one task."""

from __future__ import annotations

from typing import Any

from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table

CLOSED = Refusal("ERROR_CORE", "ACTION_NOT_ALLOWED")


@method("task.checklistitem.getlist", scope="task|tasks")
def list_checklist(call: Call) -> list[Row]:
    """task.checklistitem.getlist: all of a task, neither paged nor counted."""
    return _of_task(call, "checklist_item", "ID", "TASK_ID")


@method("task.checklistitem.add", scope="task|tasks")
def add_checklist_item(call: Call) -> int:
    """task.checklistitem.add: its parameters come in the order of the page."""
    task, fields = as_number(call.get("TASKID")), as_map(call.get("FIELDS"))
    if not task:
        raise _wrong(
            'Param #0 (taskId) for method ctaskchecklistitem::add() expected to be of type "integer", but given something else.'
        )
    if not fields:
        raise _wrong("Param #1 (arFields) expected by method ctaskchecklistitem::add(), but not given.")
    if call.portal.tables["task"].get(task) is None:
        raise Refusal(
            "ERROR_CORE",
            "TASKS_ERROR_EXCEPTION_#8; Добавление элемента: действие недоступно; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>",
        )
    if not fields.get("TITLE"):
        raise Refusal(
            "ERROR_CORE",
            "TASKS_ERROR_EXCEPTION_#8; Не указано название элемента; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>",
        )
    table = call.portal.tables.setdefault("checklist_item", Table(key="ID"))
    members = [
        {"ID": str(one), "TYPE": as_map(kind).get("TYPE")}
        for one, kind in as_map(fields.get("MEMBERS")).items()
    ]
    with call.world.lock:
        new = table.next_id()
        table.add({
            "ID": str(new), "TASK_ID": str(task), "PARENT_ID": _parent_of(table, task, fields), "CREATED_BY": str(call.user.id),
            "TITLE": str(fields["TITLE"]), "SORT_INDEX": str(fields.get("SORT_INDEX") or 0),
            "IS_COMPLETE": str(fields.get("IS_COMPLETE") or "N"), "IS_IMPORTANT": str(fields.get("IS_IMPORTANT") or "N"),
            "TOGGLED_BY": None, "TOGGLED_DATE": "", "MEMBERS": members, "ATTACHMENTS": [],
        })  # fmt: skip
    return new


def _parent_of(table: Table, task: int, fields: dict[str, Any]) -> Any:
    """The parent that was named; a root where it is 0 or no item of the task, the first root where none was named."""
    named = as_number(fields.get("PARENT_ID"))
    mine = [row for row in table if as_number(row.get("TASK_ID")) == task]
    if "PARENT_ID" not in fields:
        return next((row["ID"] for row in mine if not as_number(row["PARENT_ID"])), 0)
    return str(named) if any(as_number(row["ID"]) == named for row in mine) else 0


def _wrong(text: str) -> Refusal:
    return Refusal("ERROR_CORE", f"TASKS_ERROR_EXCEPTION_#256; {text}; 256/TE/WRONG_ARGUMENTS<br>")


@method("tasks.task.result.list", scope="task|tasks")
def list_results(call: Call) -> list[Row]:
    """tasks.task.result.list: all of a task, neither paged nor counted."""
    return _of_task(call, "task_result", "id", "taskId")


@method("task.elapseditem.getlist", scope="task|tasks")
def list_elapsed(call: Call) -> Listing:
    """task.elapseditem.getlist: fifty of a task, counted; filtered and sorted as asked."""
    rows = Table(_of_task(call, "elapsed_item", "ID", "TASK_ID"), key="ID")
    return list_rows(rows, filter=call.get("FILTER"), order=call.get("ORDER"), select=call.get("SELECT"))


def _of_task(call: Call, name: str, key: str, owner: str) -> list[Row]:
    task = as_number(call.get("TASKID") or call.get("taskId"))
    if call.portal.tables["task"].get(task) is None:
        raise CLOSED
    table = call.portal.tables.setdefault(name, Table(key=key))
    return [row for row in table if as_number(row.get(owner)) == task]
