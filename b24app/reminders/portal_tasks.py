"""Which task of the portal belongs to which reminder: remembered by the reminder's key, moved when the plan's day moves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.channels import Message, Outcome, task
from b24app.reminders.schedule import Planned
from b24app.rest_client import RestClient
from b24app.terms.payment_plan import PaymentPlan
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline

SHORTEST_PERIOD_DAYS = 28
log = structlog.get_logger(__name__)
Compose = Callable[[Planned, TermRow], Message]


@dataclass(frozen=True, slots=True)
class Known:
    """A remembered task; `same` when it was put for this very reminder and not for an earlier day of it."""

    row_id: int
    task_id: str
    same: bool


def put_task(
    client: Callable[[], RestClient], letter: Message, user_id: int, at: datetime, today: date
) -> Outcome:
    """Put the task of a letter or renew the one that is remembered, and remember it. Commits before the call."""
    key = letter.key.partition(":")[2]
    reminder = db.session.scalar(select(model.Reminder).where(model.Reminder.key == key))
    clock_id, code = (reminder.clock_id, reminder.code) if reminder else (None, "test")
    ends_on, known = end_in(key), find_known(key, user_id, clock_id, code)
    row = next((row for row in timeline_view(at, today).rows if row.term.id == clock_id), None)
    aim = aim_of(code, row.plan, row.term.ends_on) if row else None
    db.session.commit()
    put = task.send(
        client(), letter, user_id, known.task_id if known else "", same=bool(known and known.same)
    )
    found = db.session.get(model.ReminderTask, known.row_id) if known else None
    if found is None:
        found = model.ReminderTask(user_id=user_id, put_at=at)
        db.session.add(found)
    found.key, found.task_id, found.clock_id = key, put.id, clock_id
    found.ends_on, found.code, found.aim, found.closed = ends_on, code, aim, False
    db.session.commit()
    return put.outcome


def find_known(key: str, user_id: int, clock_id: int | None, code: str) -> Known | None:
    """The task of this reminder, or the open one of the same step of the same end put for another day of it."""
    mine = select(model.ReminderTask).where(model.ReminderTask.user_id == user_id)
    row = db.session.scalar(mine.where(model.ReminderTask.key == key))
    if row is not None:
        return Known(row.id, row.task_id, same=True)
    ends_on = end_in(key)
    if clock_id is None or ends_on is None:
        return None
    query = mine.where(model.ReminderTask.clock_id == clock_id, model.ReminderTask.code == code)
    rows = db.session.scalars(query.where(model.ReminderTask.closed.is_(False)))
    near = next((row for row in rows if row.ends_on and is_same_end(row.ends_on, ends_on)), None)
    return Known(near.id, near.task_id, same=False) if near else None


def end_in(key: str) -> date | None:
    """The end of the term that a reminder's key was made for."""
    try:
        return date.fromisoformat(key.split(":")[1])
    except (IndexError, ValueError):
        return None


def is_same_end(one: date, other: date) -> bool:
    """A period is a month at least: an end moved by less is the same end, corrected."""
    return abs((one - other).days) < SHORTEST_PERIOD_DAYS


def aim_of(code: str, plan: PaymentPlan | None, ends_on: date | None) -> date | None:
    """The day of the plan that the task of a reminder stands for; None for tasks without such a day."""
    if code == "autopay_check":
        return ends_on
    if plan is None:
        return None
    return plan.invoice_by if code in ("invoice_soon", "invoice_last") else _pay_day(code, plan)


def _pay_day(code: str, plan: PaymentPlan) -> date | None:
    return plan.pay_by if code in ("window_open", "pay_last") else None


def move_tasks(client: Callable[[], RestClient], timeline: Timeline, compose: Compose) -> int:
    """Move the deadline of each open task whose day has moved; answers how many. One that fails does not stop the next."""
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
        term = next((term for term in timeline.rows if term.term.id == row.clock_id), None)
        ends_on = term.term.ends_on if term else None
        if term is None or ends_on is None or row.ends_on is None or not is_same_end(row.ends_on, ends_on):
            continue
        aim = aim_of(row.code, term.plan, ends_on)
        if aim is not None and aim != row.aim:
            found.append((row.id, Planned(row.key, f"{row.clock_id}:task", row.code, aim, 0), term))
    return tuple(found)


def _move(client: Callable[[], RestClient], row_id: int, letter: Message, term: TermRow) -> bool:
    row = db.session.get_one(model.ReminderTask, row_id)
    task_id, user_id = row.task_id, row.user_id
    aim = aim_of(row.code, term.plan, term.term.ends_on)
    db.session.commit()
    found = task.find_task(client(), task_id)
    if found is not None and not found.closed:
        task.move_task(client(), task_id, letter, user_id)
    row = db.session.get_one(model.ReminderTask, row_id)
    row.closed = found is None or found.closed
    row.aim, row.ends_on = aim, term.term.ends_on
    db.session.commit()
    return not row.closed
