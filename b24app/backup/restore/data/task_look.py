"""Asks the portal which wanted tasks exist, by number and by mark, and for the state that determines how they are restored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.item_look import EarlierItems, read_names, rows_of
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.task_fields import FILES, TaskPortal, is_ours, mark_of, people_of_tasks
from b24app.backup.restore.refusals import CLOSED
from b24app.errors import PortalError
from b24app.json_values import JsonObject, is_object
from b24app.rest_client import Command, RestClient

SHOWN = ("ID", "TITLE", "XML_ID", "PARENT_ID", "CHANGED_DATE", "ACTIVITY_DATE", "COMMENTS_COUNT", "SERVICE_COMMENTS_COUNT", "UF_CRM_TASK")  # fmt: skip


@dataclass(slots=True)
class MarkedTasks:
    """The tasks that were made since a day by their outer codes; newer ones are read when it is asked again.

    No list of tasks is filtered by an outer code (tasks-task-list.md); what was put back from a copy was made after it.
    """

    client: RestClient
    since: str
    last: int = 0
    found: dict[str, list[JsonObject]] = field(default_factory=dict)

    def read_on(self) -> None:
        """Read the tasks that have come since."""
        news: JsonObject = {">=ID": self.last + 1} if self.last else {">=CREATED_DATE": self.since}
        behind: JsonObject = {"filter": news, "select": ["ID", "TITLE", "XML_ID"]}
        for row in self.client.rows("tasks.task.list", behind):
            self.last = max(self.last, int(str(row.get("id"))))
            if row.get("xmlId"):
                self.found.setdefault(str(row["xmlId"]), []).append(row)

    def successor(self, row: JsonObject) -> str:
        """The successor of a task of the copy; where the outer code is the shop's own, only under the same name."""
        mark = mark_of(row)
        for one in self.found.get(mark, ()):
            if is_ours(mark) or one.get("title") == row.get("title"):
                return str(one["id"])
        return ""


def read_tasks(client: RestClient, ids: Collection[str]) -> dict[str, JsonObject]:
    """The existing tasks of these numbers: one number a command, as the page documents the filter."""
    commands = {
        one: Command("tasks.task.list", {"filter": {"ID": int(one)}, "select": list(SHOWN), "start": 0})
        for one in sorted(ids)
        if one.isdigit()
    }
    answers = client.batch(commands) if commands else {}
    return {str(row.get("id")): row for one in answers.values() for row in rows_of(one)}


def present_numbers(
    client: RestClient, rows: Mapping[str, JsonObject], marked: MarkedTasks, earlier: EarlierItems
) -> dict[str, str]:
    """The present number of each existing task: its own, or that of its successor."""
    marked.read_on()
    made = {one: earlier.get((TASK, one), ()) for one in rows}
    there = read_tasks(client, {*rows, *(new for numbers in made.values() for new in numbers)})
    found: dict[str, str] = {}
    for one, row in rows.items():
        followed = next((new for new in made[one] if new in there), "")
        if number := one if one in there else marked.successor(row) or followed:
            found[one] = number
    return found


def read_task_portal(
    client: RestClient, rows: Collection[JsonObject], asked_by: int, items: Mapping[tuple[str, str], str]
) -> TaskPortal:
    """Which of these people still work here, which groups exist, which custom fields tasks have."""
    accounts = read_names(client, people_of_tasks(rows))
    groups = sorted({str(row.get("groupId") or "0") for row in rows} - {"0"})
    asked = {one: Command("sonet_group.get", {"GROUP_ID": int(one), "IS_ADMIN": "Y"}) for one in groups}
    answers = client.batch({"fields": Command("tasks.task.getFields")} | asked)
    fields = answers.pop("fields")
    if isinstance(fields, PortalError):
        raise fields
    known = fields.result.get("fields") if is_object(fields.result) else None
    return TaskPortal(
        frozenset(key for key, row in accounts.items() if row.get("ACTIVE") is True),
        None
        if any(isinstance(one, CLOSED) for one in answers.values())
        else _present_groups(answers.values()),
        _custom_fields(known if is_object(known) else {}),
        asked_by,
        items,
    )


def _present_groups(answers: Collection[object]) -> frozenset[str]:
    rows: list[Sequence[JsonObject]] = [rows_of(one) for one in answers]  # type: ignore[arg-type]
    return frozenset(str(row.get("ID")) for part in rows for row in part)


def _custom_fields(known: JsonObject) -> dict[str, str]:
    """Custom fields that can be written, by their name in answers: UF_AUTO_1 is ufAuto1 there."""
    kinds = {name: rule.get("type") for name, rule in known.items() if is_object(rule)}
    return {
        _in_answers(name): name
        for name, kind in kinds.items()
        if name.startswith("UF_") and kind not in FILES
    }


def _in_answers(name: str) -> str:
    head, *tail = name.lower().split("_")
    return head + "".join(part.capitalize() for part in tail)
