"""A task with a deadline for one person: found by the key of its reminder, never by its title alone; moved, not doubled."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from b24app.errors import WriteUncertain
from b24app.json_values import JsonObject
from b24app.reminders.channels import Message, Outcome
from b24app.rest_client import Command, Marker, RestClient

METHOD = "tasks.task.add"
DONE = "5"  # api-reference/tasks/fields.md: STATUS 5 is a completed task


@dataclass(frozen=True, slots=True)
class Found:
    """A task as the portal shows it now."""

    id: str
    closed: bool
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Put:
    """The task that stands in the portal now, and what was done for it."""

    id: str
    outcome: Outcome


def send(client: RestClient, letter: Message, user_id: int, known: str = "", *, same: bool = True) -> Put:
    """Put the task, or move the deadline of `known`; with `same` a known task that is done stays the answer.

    Source: api-reference/tasks/tasks-task-add.md, tasks-task-update.md and tasks-task-list.md.
    """
    found = find_task(client, known) if known else None
    if found is not None and not found.closed:
        return _renew(client, found, letter, user_id)
    if found is not None and same:
        return Put(found.id, Outcome.KEPT)
    marker = _marker(letter, user_id)
    if old := marker.saved(client.call(marker.find.method, marker.find.params).result):
        return Put(str(old), Outcome.KEPT)
    answer = client.call(METHOD, {"fields": _fields(letter, user_id)}, write=True, marker=marker).result
    return Put(_number(answer), Outcome.SENT)


def find_task(client: RestClient, task_id: str) -> Found | None:
    """The task of this number; None when the portal shows none: deleted, or no longer ours to see."""
    query: JsonObject = {"filter": {"ID": task_id}, "select": ["ID", "STATUS", "DEADLINE"], "start": -1}
    rows = _rows(client.call("tasks.task.list", query).result)
    row = next((row for row in rows if str(row.get("id")) == task_id), None)
    if row is None:
        return None
    return Found(task_id, str(row.get("status")) == DONE, _moment(row.get("deadline")))


def move_task(client: RestClient, task_id: str, letter: Message, user_id: int) -> None:
    """Give a task the deadline and the words of a letter."""
    fields = {name: value for name, value in _fields(letter, user_id).items() if name in CHANGED}
    client.call("tasks.task.update", {"taskId": task_id, "fields": fields}, write=True)


CHANGED = ("DESCRIPTION", "DEADLINE")


def _renew(client: RestClient, found: Found, letter: Message, user_id: int) -> Put:
    if letter.deadline is None or found.deadline == letter.deadline:
        return Put(found.id, Outcome.KEPT)
    move_task(client, found.id, letter, user_id)
    return Put(found.id, Outcome.MOVED)


def _fields(letter: Message, user_id: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "TITLE": letter.subject,
        "DESCRIPTION": f"{letter.text}\n\n{mark_of(letter, user_id)}",
        "RESPONSIBLE_ID": user_id,
    }
    if letter.deadline is not None:
        fields["DEADLINE"] = letter.deadline.isoformat()
    return fields


def mark_of(letter: Message, user_id: int) -> str:
    """The last line of a task, by which it is found after an answer that was lost: the reminder's key, shortened."""
    return "#" + hashlib.sha256(f"{letter.key}|{user_id}".encode()).hexdigest()[:16]


def _marker(letter: Message, user_id: int) -> Marker:
    """The same key for the same person is the same task, open or done."""
    find = Command(
        "tasks.task.list",
        {
            "filter": {"TITLE": letter.subject, "RESPONSIBLE_ID": user_id},
            "select": ["ID", "TITLE", "DESCRIPTION"],
            "order": {"ID": "desc"},
            "start": -1,
        },
    )
    mark = mark_of(letter, user_id)
    return Marker(find, lambda result: _find(result, mark))


def _find(result: Any, mark: str) -> Any:
    return next((row["id"] for row in _rows(result) if mark in str(row.get("description"))), None)


def _rows(result: Any) -> list[Mapping[str, Any]]:
    rows = result.get("tasks") if isinstance(result, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping) and "id" in row] if isinstance(rows, list) else []


def _number(result: Any) -> str:
    """The id in an answer of `tasks.task.add`, or that which the marker found."""
    task = result.get("task") if isinstance(result, Mapping) else None
    found = str(task.get("id")) if isinstance(task, Mapping) else str(result)
    if not found.isdecimal():
        raise WriteUncertain("", "tasks.task.add answered without the number of a task")
    return found


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
