"""A task with a deadline for one person: found by the key of its reminder, never by its title alone; moved, not doubled.

The task of each reminder is stored; it is moved when the day of the payment plan moves.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select

from b24app.database import db
from b24app.errors import WriteUncertain
from b24app.json_values import JsonObject, is_array, is_object
from b24app.reminders import model
from b24app.reminders.channels import Addressee, Channel, Message, Outcome, Recipient, SendContext, users
from b24app.reminders.channels.task.attached_paper import AttachedPaper, find_paper, upload_paper
from b24app.reminders.kinds import Planned, ReminderKind, find_kind
from b24app.renewal.renewal_stages import Holder
from b24app.rest_client import RestClient
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import N_

METHOD = "tasks.task.add"
DONE = "5"  # api-reference/tasks/fields.md: STATUS 5 is a completed task
CHANGED = ("DESCRIPTION", "DEADLINE")
SHORTEST_PERIOD_DAYS = 28
PAGE = 50
"""How many tasks an answer of `tasks.task.list` holds (api-reference/tasks/tasks-task-list.md)."""
log = structlog.get_logger(__name__)
Compose = Callable[[Planned, TermRow], Message]


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task as the portal shows it now."""

    id: str
    closed: bool
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class KeptTask:
    """The task that is in the portal now, and what was done for it."""

    id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A stored task; `same` when it was put for this very reminder and not for an earlier day of it."""

    row_id: int
    task_id: str
    same: bool


def send(
    client: RestClient,
    message: Message,
    user_id: int,
    known: str = "",
    *,
    same: bool = True,
    paper: AttachedPaper | None = None,
) -> KeptTask:
    """Put the task, or move the deadline of `known`; with `same` a known task that is done stays the answer.

    Source: api-reference/tasks/tasks-task-add.md, tasks-task-update.md and tasks-task-list.md.
    """
    found = find_task(client, known) if known else None
    if found is not None and not found.closed:
        return _renew(client, found, message, user_id)
    if found is not None and same:
        return KeptTask(found.id, Outcome.KEPT)
    if old := find_marked(client, mark_of(message.key, user_id), user_id, message.subject):
        return KeptTask(old, Outcome.KEPT)
    # a lost answer ends the attempt: the next one, minutes later, finds the task by its mark, and nobody waits meanwhile
    file_id = upload_paper(client, paper) if paper is not None else ""
    files: JsonObject = {"UF_TASK_WEBDAV_FILES": [f"n{file_id}"]} if file_id else {}
    fields: JsonObject = {**_fields(message, user_id), **files}
    answer = client.call(METHOD, {"fields": fields}, write=True).result
    return KeptTask(_number(answer), Outcome.SENT)


def find_task(client: RestClient, task_id: str) -> FoundTask | None:
    """The task of this number; None when the portal shows none: deleted, or no longer ours to see."""
    query: JsonObject = {"filter": {"ID": task_id}, "select": ["ID", "STATUS", "DEADLINE"], "start": -1}
    rows = _rows(client.call("tasks.task.list", query).result)
    row = next((row for row in rows if str(row.get("id")) == task_id), None)
    if row is None:
        return None
    return FoundTask(task_id, str(row.get("status")) == DONE, _moment(row.get("deadline")))


def move_task(client: RestClient, task_id: str, message: Message, user_id: int) -> None:
    """Give a task the deadline and the text of a message."""
    fields = {name: value for name, value in _fields(message, user_id).items() if name in CHANGED}
    client.call("tasks.task.update", {"taskId": task_id, "fields": fields}, write=True)


def _renew(client: RestClient, found: FoundTask, message: Message, user_id: int) -> KeptTask:
    if message.deadline is None or found.deadline == message.deadline:
        return KeptTask(found.id, Outcome.KEPT)
    move_task(client, found.id, message, user_id)
    return KeptTask(found.id, Outcome.MOVED)


def _fields(message: Message, user_id: int) -> dict[str, str | int]:
    fields: dict[str, str | int] = {
        "TITLE": message.subject,
        "DESCRIPTION": f"{message.text}\n\n{mark_of(message.key, user_id)}",
        "RESPONSIBLE_ID": user_id,
    }
    if message.deadline is not None:
        fields["DEADLINE"] = message.deadline.isoformat()
    return fields


def mark_of(key: str, user_id: int) -> str:
    """The last line of a task, by which it is found after an answer that was lost: the key of its message, shortened."""
    return "#" + hashlib.sha256(f"{key}|{user_id}".encode()).hexdigest()[:16]


def find_marked(client: RestClient, mark: str, user_id: int, title: str = "") -> str:
    """The number of the task with this mark, open or done, whatever people call it now; empty when there is none.

    It is among a person's newest tasks; who has more of them than a page holds is asked by the title too.
    """
    for narrower in ({}, {"TITLE": title}) if title else ({},):
        query: JsonObject = {
            "filter": {"RESPONSIBLE_ID": user_id, **narrower},
            "select": ["ID", "TITLE", "DESCRIPTION"],
            "order": {"ID": "desc"},
            "start": -1,
        }
        rows = _rows(client.call("tasks.task.list", query).result)
        found = next((str(row["id"]) for row in rows if mark in str(row.get("description"))), "")
        if found or len(rows) < PAGE:
            return found
    return ""


def _rows(result: object) -> list[JsonObject]:
    rows = result.get("tasks") if is_object(result) else None
    return [row for row in rows if is_object(row) and "id" in row] if is_array(rows) else []


def _number(result: object) -> str:
    """The id in an answer of `tasks.task.add`."""
    task = result.get("task") if is_object(result) else None
    found = str(task.get("id")) if is_object(task) else str(result)
    if not found.isdecimal():
        raise WriteUncertain("", "tasks.task.add answered without the number of a task")
    return found


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    """Put the task of a message or renew the stored one, and store it. Commits before the call."""
    key, user_id = message.key.partition(":")[2], int(to.address)
    reminder = db.session.scalar(select(model.Reminder).where(model.Reminder.key == key))
    term_id, code = (reminder.term_id, reminder.code) if reminder else (None, "test")
    ends_on, known = end_in(key), find_known(key, user_id, term_id, code)
    row = next(
        (row for row in timeline_view(context.now, context.today).rows if row.term.id == term_id), None
    )
    aim = task_day(code, row) if row else None
    paper = find_paper(message.paper)
    db.session.commit()
    client = context.client()
    context.hand_over()
    known_id, same = (known.task_id, known.same) if known else ("", False)
    task = send(client, message, user_id, known_id, same=same, paper=paper)
    found = db.session.get(model.ReminderTask, known.row_id) if known else None
    if found is None:
        found = model.ReminderTask(user_id=user_id, put_at=context.now)
        db.session.add(found)
    found.key, found.task_id, found.term_id = key, task.id, term_id
    found.ends_on, found.code, found.aim, found.closed = ends_on, code, aim, False
    db.session.flush()
    return task.outcome


def find_known(key: str, user_id: int, term_id: int | None, code: str) -> KnownTask | None:
    """The task of this reminder, or the open one of the same step of the same end put for another day of it."""
    mine = select(model.ReminderTask).where(model.ReminderTask.user_id == user_id)
    row = db.session.scalar(mine.where(model.ReminderTask.key == key))
    if row is not None:
        return KnownTask(row.id, row.task_id, same=True)
    ends_on = end_in(key)
    if term_id is None or ends_on is None:
        return None
    query = mine.where(model.ReminderTask.term_id == term_id, model.ReminderTask.code == code)
    rows = db.session.scalars(query.where(model.ReminderTask.closed.is_(False)))
    near = next((row for row in rows if row.ends_on and is_same_end(row.ends_on, ends_on)), None)
    return KnownTask(near.id, near.task_id, same=False) if near else None


def end_in(key: str) -> date | None:
    """The end of the term that a reminder's key was made for."""
    try:
        return date.fromisoformat(key.split(":")[1])
    except (IndexError, ValueError):
        return None


def is_same_end(one: date, other: date) -> bool:
    """Whether two ends are the same one, corrected: a period is a month at least."""
    return abs((one - other).days) < SHORTEST_PERIOD_DAYS


def task_day(code: str, row: TermRow) -> date | None:
    """The day of the payment plan that the task of a reminder is for; None for tasks without such a day."""
    day = find_kind(code).task_day
    return day(row.plan, row.term.ends_on) if day else None


def move_tasks(client: Callable[[], RestClient], timeline: Timeline, compose: Compose) -> int:
    """Move the deadline of each open task whose day has moved; returns how many. One that fails does not stop the next."""
    moved = 0
    for row_id, item, term in list_moved(timeline):
        try:
            moved += _move(client, row_id, compose(item, term), term)
        except Exception as error:  # noqa: BLE001 - the next hour tries again
            db.session.rollback()
            log.warning("a task was not moved", task=row_id, error=type(error).__name__)
    return moved


def list_moved(timeline: Timeline) -> tuple[tuple[int, Planned, TermRow], ...]:
    """Open tasks of a present end whose day is not the one that their deadline was set by."""
    rows = db.session.scalars(select(model.ReminderTask).where(model.ReminderTask.closed.is_(False)))
    found = []
    for row in rows:
        term = next((term for term in timeline.rows if term.term.id == row.term_id), None)
        ends_on = term.term.ends_on if term else None
        if term is None or ends_on is None or row.ends_on is None or not is_same_end(row.ends_on, ends_on):
            continue
        aim = task_day(row.code, term)
        if aim is not None and aim != row.aim:
            found.append((row.id, Planned(row.key, f"{row.term_id}:task", row.code, aim, 0), term))
    return tuple(found)


def _move(client: Callable[[], RestClient], row_id: int, message: Message, term: TermRow) -> bool:
    row = db.session.get_one(model.ReminderTask, row_id)
    task_id, user_id = row.task_id, row.user_id
    aim = task_day(row.code, term)
    db.session.commit()
    found = find_task(client(), task_id)
    if found is not None and not found.closed:
        move_task(client(), task_id, message, user_id)
    row = db.session.get_one(model.ReminderTask, row_id)
    row.closed = found is None or found.closed
    row.aim, row.ends_on = aim, term.term.ends_on
    db.session.commit()
    return not row.closed


def _recipients(kind: ReminderKind, _address: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """One person: a step is done once."""
    return users(people)[:1] if kind.as_task else ()


CHANNEL = Channel(
    code="task",
    title=N_("Task with a deadline"),
    short=N_("task"),
    about=N_("For the person whose turn it is, with the last day as its deadline"),
    icon="tick",
    order=20,
    addressee=Addressee.USER,
    send=_send,
    recipients=_recipients,
)
