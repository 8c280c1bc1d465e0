"""Fields with which a task is made anew: what the portal fills in is left out, numbers of others are replaced. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from b24app.backup.restore.data.item_types import CODES, MARK, ItemType, item_type
from b24app.json_values import Json, JsonObject, is_array, is_object

PLAIN = {
    "title": "TITLE", "priority": "PRIORITY", "mark": "MARK", "status": "STATUS", "deadline": "DEADLINE", "timeEstimate": "TIME_ESTIMATE",
    "allowChangeDeadline": "ALLOW_CHANGE_DEADLINE", "allowTimeTracking": "ALLOW_TIME_TRACKING", "taskControl": "TASK_CONTROL",
    "addInReport": "ADD_IN_REPORT", "matchWorkTime": "MATCH_WORK_TIME",
}  # fmt: skip
"""Fields that are written as they were, by their names in answers (tasks/fields.md, tasks-task-get-fields.md)."""
OWN_BINDINGS = ("ufCrmTask", "ufTaskWebdavFiles", "ufMailMessage")
FILES = ("file", "disk_file", "mail_message")


class TaskLoss(StrEnum):
    """What of a task is not restored as it was."""

    RESPONSIBLE = "responsible"
    AUTHOR = "author"
    PEOPLE = "people"
    GROUP = "group"
    PARENT = "parent"
    BINDING = "binding"
    FILE = "file"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class TaskPortal:
    """The portal's present state that determines how a task is restored; `groups` is None where they cannot be read."""

    people: Collection[str]
    groups: Collection[str] | None
    fields: Mapping[str, str]
    """Custom fields by their name in answers, with their name in writes."""
    asked_by: int
    items: Mapping[tuple[str, str], str]
    """Present numbers of items of the CRM, by entity and former number."""


@dataclass(frozen=True, slots=True)
class PreparedTask:
    """The fields of one task, and what of it is lost."""

    fields: dict[str, Json]
    losses: frozenset[TaskLoss]


@dataclass(slots=True)
class _Work:
    row: JsonObject
    now: TaskPortal
    losses: set[TaskLoss] = field(default_factory=set)


def task_fields(row: JsonObject, now: TaskPortal, *, parent: str, note: str) -> PreparedTask:
    """Make the fields of tasks.task.add; `parent` is the present number of the task above it, `note` a text below its own."""
    work = _Work(row, now)
    fields: dict[str, Json] = {
        name: row[key] for key, name in PLAIN.items() if row.get(key) not in (None, "")
    }
    fields |= dict(_people(work)) | dict(_place(work, parent)) | dict(_custom(work))
    if row.get("startDatePlan") and row.get("endDatePlan"):
        fields |= {"START_DATE_PLAN": row["startDatePlan"], "END_DATE_PLAN": row["endDatePlan"]}
    text = str(row.get("description") or "").strip()
    fields |= {"DESCRIPTION": f"{text}\n\n{note}".strip(), "XML_ID": mark_of(row)}
    return PreparedTask(fields, frozenset(work.losses))


def mark_of(row: JsonObject) -> str:
    """The outer code by which a task is found again: its own where it has one."""
    return str(row.get("xmlId") or f"{MARK}:{row.get('id')}")


def is_ours(mark: str) -> bool:
    """Whether a mark is one of this application."""
    return mark.startswith(f"{MARK}:")


def people_of_tasks(rows: Collection[JsonObject]) -> set[str]:
    """All people in these tasks."""
    found: set[str] = set()
    for row in rows:
        found |= {str(row.get("responsibleId")), str(row.get("createdBy"))}
        found |= {*_numbers(row.get("accomplices")), *_numbers(row.get("auditors"))}
    return {one for one in found if one.isdigit()}


def bindings_of(row: JsonObject) -> list[str]:
    """The items of the CRM that a task is bound to, in its notation: D_150."""
    return _numbers(row.get("ufCrmTask"))


def bound_item(binding: str) -> tuple[str, str] | None:
    """An item by its notation in tasks; None for what cannot be read."""
    short, _, number = binding.rpartition("_")
    known = next((code for code in CODES if ItemType(code, CODES[code]).short == short), "")
    if not number.isdigit():
        return None
    if known:
        return known, number
    try:
        kind = item_type(f"item_{int(short.removeprefix('T'), 16)}") if short.startswith("T") else None
    except ValueError:
        return None
    return (kind.entity, number) if kind is not None else None


def binding_of(entity: str, number: str) -> str:
    """The notation of an item in tasks."""
    kind = item_type(entity)
    return f"{kind.short}_{number}" if kind is not None else ""


def _people(work: _Work) -> Iterator[tuple[str, Json]]:
    for key, name, loss in (
        ("responsibleId", "RESPONSIBLE_ID", TaskLoss.RESPONSIBLE), ("createdBy", "CREATED_BY", TaskLoss.AUTHOR),
    ):  # fmt: skip
        person = str(work.row.get(key) or "")
        if person not in work.now.people:
            work.losses.add(loss)
        yield name, int(person) if person in work.now.people else work.now.asked_by
    for key, name in (("accomplices", "ACCOMPLICES"), ("auditors", "AUDITORS")):
        named = _numbers(work.row.get(key))
        here = [int(one) for one in named if one in work.now.people]
        if len(here) < len(named):
            work.losses.add(TaskLoss.PEOPLE)
        if here:
            yield name, here


def _place(work: _Work, parent: str) -> Iterator[tuple[str, Json]]:
    """Group, task above it, items of the CRM; deleted ones are left out."""
    group = str(work.row.get("groupId") or "0")
    if group != "0" and work.now.groups is not None and group not in work.now.groups:
        work.losses.add(TaskLoss.GROUP)
    elif group != "0":
        yield "GROUP_ID", int(group)
    if parent:
        yield "PARENT_ID", int(parent)
    elif str(work.row.get("parentId") or "0") != "0":
        work.losses.add(TaskLoss.PARENT)
    bound = [_present(work, one) for one in bindings_of(work.row)]
    if "" in bound:
        work.losses.add(TaskLoss.BINDING)
    if here := [one for one in bound if one]:
        yield "UF_CRM_TASK", here


def _present(work: _Work, binding: str) -> str:
    item = bound_item(binding)
    number = work.now.items.get(item) if item is not None else None
    return binding_of(item[0], number) if item is not None and number is not None else ""


def _custom(work: _Work) -> Iterator[tuple[str, Json]]:
    if work.row.get("ufTaskWebdavFiles") or work.row.get("ufMailMessage"):
        work.losses.add(TaskLoss.FILE)
    for key, value in work.row.items():
        if not key.startswith("uf") or key in OWN_BINDINGS or value in (None, "", [], {}):
            continue
        if key in work.now.fields:
            yield work.now.fields[key], value
        else:
            work.losses.add(TaskLoss.FIELD)


def _numbers(value: Json) -> list[str]:
    """A list of the portal, which may be keyed by places."""
    found: Sequence[Json] = value if is_array(value) else list(value.values()) if is_object(value) else []
    return [str(one) for one in found]
