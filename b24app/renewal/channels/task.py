"""A task with a deadline for one person; before a repeated attempt the portal is asked whether it exists."""

from typing import Any

from b24app.renewal.channels import Letter
from b24app.rest_client import Command, Marker, RestClient

METHOD = "tasks.task.add"


def send(client: RestClient, letter: Letter, user_id: int) -> None:
    """Put the task.

    Source: api-reference/tasks/tasks-task-add.md and tasks-task-list.md.
    """
    marker = _marker(letter, user_id)
    if marker.saved(client.call(marker.find.method, marker.find.params).result):
        return
    fields: dict[str, Any] = {
        "TITLE": letter.subject,
        "DESCRIPTION": letter.text,
        "RESPONSIBLE_ID": user_id,
    }
    if letter.deadline is not None:
        fields["DEADLINE"] = letter.deadline.isoformat()
    client.call(METHOD, {"fields": fields}, write=True, marker=marker)


def _marker(letter: Letter, user_id: int) -> Marker:
    """The same title for the same person, still open, is the same task."""
    find = Command(
        "tasks.task.list",
        {
            "filter": {"=TITLE": letter.subject, "RESPONSIBLE_ID": user_id, "!STATUS": 5},
            "select": ["ID", "TITLE"],
            "start": -1,
        },
    )
    return Marker(find, lambda result: _find(result, letter.subject))


def _find(result: Any, title: str) -> Any:
    tasks = result.get("tasks", []) if isinstance(result, dict) else []
    return next((task["id"] for task in tasks if task.get("title") == title), None)
