"""tasks.task.*: tasks, in the shape of REST 2."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions
from sandbox.php import truthy
from sandbox.rest.filters import split_prefix
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.deletions import delete_row
from sandbox.shop.formats import iso
from sandbox.shop.tasks import blank_task, cards_of, title_case

NO_TASK = Refusal("0", "wrong task id")
DONE = "5"
NO_LINKS: Row = {"ufCrmTask": [], "ufTaskWebdavFiles": [], "ufMailMessage": None}
FIELDS = {
    "ID": "integer", "PARENT_ID": "integer", "TITLE": "string", "DESCRIPTION": "string", "MARK": "enum", "PRIORITY": "enum",
    "STATUS": "enum", "GROUP_ID": "integer", "CREATED_BY": "integer", "RESPONSIBLE_ID": "integer", "ACCOMPLICES": "array",
    "AUDITORS": "array", "DEADLINE": "datetime", "XML_ID": "string", "UF_CRM_TASK": "crm", "UF_TASK_WEBDAV_FILES": "disk_file",
    "UF_MAIL_MESSAGE": "mail_message", "UF_NEW_TASKS_FIELD": "string",
}  # fmt: skip
NO_COUNTERS = dict.fromkeys(
    ("expired", "newComments", "projectExpired", "projectNewComments", "mutedExpired", "mutedNewComments"), 0
)
ALWAYS = ("id", "descriptionInBbcode", "group", "responsible", "accomplicesData", "auditorsData", "subStatus")
SHOWN = ("favorite", "group", "descriptionInBbcode", "creator", "responsible", "action")


@method("tasks.task.add", scope="task|tasks")
def add_task(call: Call) -> Any:
    """tasks.task.add: needs a title and a responsible person."""
    fields = as_map(call.get("fields"))
    if not fields:
        raise Refusal("100", "Could not find value for parameter {fields} (internal error)")
    if not fields.get("TITLE"):
        raise Refusal("ERROR_CORE", "Не указано название задачи<br>")
    if not fields.get("RESPONSIBLE_ID"):
        raise Refusal("ERROR_CORE", "Не указан исполнитель")
    _demand_working(call, fields["RESPONSIBLE_ID"])
    _demand_parent(call, fields)
    table = call.portal.tables["task"]
    with call.world.lock:
        row = table.add(blank_task(call.portal, table.next_id(), call.user.id) | _given(fields))
    return {"task": {name: value for name, value in _whole(call, row).items() if not name.startswith("uf")}}


@method("tasks.task.update", scope="task|tasks")
def change_task(call: Call) -> Any:
    """tasks.task.update."""
    row, fields = _found(call), as_map(call.get("fields"))
    if "RESPONSIBLE_ID" in fields:
        _demand_working(call, fields["RESPONSIBLE_ID"])
    if not fields:
        raise Refusal("100", "Could not find value for parameter {fields} (internal error)")
    now = iso(call.portal.now())
    marks = {"changedDate": now, "activityDate": now, "changedBy": str(call.user.id)}
    changed = call.portal.tables["task"].update(row["id"], **_given(fields), **marks)
    return {"task": _whole(call, changed or row)}


@method("tasks.task.complete", scope="task|tasks")
def complete_task(call: Call) -> Any:
    """tasks.task.complete: the task is done; its page names no answer, the shape is that of tasks.task.update."""
    row, now = _found(call), iso(call.portal.now())
    who = str(call.user.id)
    marks = {
        "status": DONE,
        "closedBy": who,
        "closedDate": now,
        "statusChangedBy": who,
        "statusChangedDate": now,
    }
    changed = call.portal.tables["task"].update(row["id"], **marks, changedBy=who, changedDate=now)
    return {"task": _whole(call, changed or row)}


@method("tasks.task.getFields", scope="task|tasks")
def describe_task(call: Call) -> Any:  # noqa: ARG001 - the same in every portal
    """tasks.task.getFields: titles and types of the fields that tasks have."""
    return {"fields": {name: {"title": None, "type": kind} for name, kind in FIELDS.items()}}


@method("tasks.task.get", scope="task|tasks")
def show_task(call: Call) -> Any:
    """tasks.task.get: selected fields, and always the people and the permitted actions."""
    if call.get("select") is not None and not isinstance(call.get("select"), list | dict):
        text = "Invalid value {} to match with parameter {select}. Should be value of type array. (internal error)"
        raise Refusal("100", text)
    row = NO_LINKS | _whole(call, _found(call))
    names = [title_case(str(name)) for name in as_list(call.get("select"))]
    if not names or "*" in names:
        return {"task": row}
    shown = {name: row.get(name) for name in ["id", *names] if name in row}
    return {"task": shown | {name: row[name] for name in SHOWN}}


@method("tasks.task.list", scope="task|tasks")
def list_tasks(call: Call) -> Listing:
    """tasks.task.list: a person sees his own tasks, an administrator all of them."""
    everything = call.portal.has_right(call.user, "admin")
    me = str(call.user.id)
    wanted = {
        _key(name): value
        for name, value in as_map(call.get("filter")).items()
        if not str(name).startswith("::")
    }
    order = {title_case(str(name)): way for name, way in as_map(call.get("order")).items()}
    listing = list_rows(
        call.portal.tables["task"],
        filter=wanted,
        order=order,
        start=call.start(),
        where=None if everything else lambda row: me in (row["createdBy"], row["responsibleId"]),
    )
    names = [title_case(str(name)) for name in as_list(call.get("select"))]
    rows = [_short(call, row, names) | _extras(call, row, names) for row in listing.rows]
    return Listing(rows, listing.total, "tasks", listing.start)


@method("tasks.task.delete", scope="task|tasks")
def delete_task(call: Call) -> Any:
    """tasks.task.delete: its author or an administrator may."""
    row = _found(call)
    if str(call.user.id) != row["createdBy"] and not call.portal.has_right(call.user, "admin"):
        raise Refusal("1048582", "Нет доступа к удалению задачи")
    delete_row(call.portal, "task", row["id"], call.user)
    return {"task": True}


def _demand_working(call: Call, user_id: Any) -> None:
    """Refuse a responsible person who does not exist or was dismissed."""
    user = call.portal.user(as_number(user_id))
    if user is None or (not user.active and assumptions.DISMISSED_ARE_REFUSED):
        raise Refusal("ERROR_CORE", 'Пользователь указанный в поле "Исполнитель" не найден')


def _demand_parent(call: Call, fields: dict[str, Any]) -> None:
    parent = as_number(fields.get("PARENT_ID"))
    if parent and call.portal.tables["task"].get(parent) is None:
        raise Refusal("ERROR_CORE", 'Задача указанная в поле "Надзадача" не найдена')


def _found(call: Call) -> Row:
    if not as_number(call.get("taskId") or call.get("id")):
        raise NO_TASK
    row = call.portal.tables["task"].get(call.get("taskId") or call.get("id"))
    if row is None:
        raise NO_TASK
    return row


def _given(fields: dict[str, Any]) -> Row:
    named = {title_case(str(name)): value for name, value in fields.items()}
    kept = {
        name: str(v) if name.endswith(("Id", "By")) or name == "priority" else v for name, v in named.items()
    }
    return {name: value for name, value in kept.items() if name not in ("id", "createdDate")}


def _whole(call: Call, row: Row) -> Row:
    return row | cards_of(call.portal, row)


def _short(call: Call, row: Row, names: list[str]) -> Row:
    whole = _whole(call, row) | {"subStatus": row["status"]}
    if not names or "*" in names:
        return whole
    return {name: whole[name] for name in dict.fromkeys([*ALWAYS, *names]) if name in whole}


def _extras(call: Call, row: Row, names: list[str]) -> Row:
    """Return what `params` and a few names of `select` add to a listed task (tasks-task-list.md)."""
    params = as_map(call.get("params"))
    extras: Row = {}
    if truthy(params.get("WITH_RESULT_INFO")):
        extras |= dict.fromkeys(("taskRequireResult", "taskHasOpenResult", "taskHasResult"), "N")
    if truthy(params.get("WITH_TIMER_INFO")):
        extras |= {"timeElapsed": None, "timerIsRunningForCurrentUser": "N"}
    if truthy(params.get("WITH_PARSED_DESCRIPTION")):
        extras["parsedDescription"] = row["description"]
    if "counters" in names:
        extras["counter"] = {"counters": NO_COUNTERS, "color": "gray", "value": 0}
    return extras | ({"tags": []} if "tags" in names else {})


def _key(name: str) -> str:
    prefix, bare = split_prefix(str(name))
    return f"{'' if prefix == '=' else prefix}{title_case(bare)}"
