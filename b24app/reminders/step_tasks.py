"""A step of the renewal as a task for a colleague, with a day and a paper: written down here, put by the channel of tasks."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from b24app.database import db
from b24app.input_limits import one_line, plain_lines
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.channels.task import CHANNEL as TASK
from b24app.reminders.dispatch import Dispatcher, deep_link
from b24app.reminders.kinds import Planned, Screen
from b24app.reminders.model import Delivery, DeliveryState, Reminder
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.text.messages import N_, sentence

ASSIGN = "assign"
LONGEST_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class StepTask:
    """What is asked for: the step, the whole text, its day, and the paper to attach (none is 0)."""

    code: str
    text: str
    by: date | None
    paper: int = 0


def ask_colleague(dispatcher: Dispatcher, task: StepTask, user_id: int, name: str) -> bool:
    """Write the task down; it leaves through the outbox, once, however often its attempt breaks off.

    False when the same was asked of the same person today and has not failed: pressed twice it is one task.
    """
    key = _key(task, user_id, dispatcher.today)
    item = Planned(key, ASSIGN, ASSIGN, dispatcher.today, 0, ())
    first, _, rest = task.text.partition("\n")
    message = Message(
        key=f"{dispatcher.portal.member_id}:{key}",
        tag=ASSIGN,
        subject=one_line(first)[:LONGEST_SUBJECT],
        lines=tuple(plain_lines(line) for line in rest.split("\n") if line.strip()),
        link=deep_link(dispatcher.portal, Screen.OVERVIEW),
        link_text=dispatcher.translator.say(sentence(N_("Open the renewal"))),
        deadline=_evening(dispatcher, task.by),
        public=True,
        paper=task.paper,
    )
    return keep_due(
        item, (Outgoing(TASK.code, Recipient(str(user_id), name), message),), None, dispatcher.now
    )


def _key(task: StepTask, user_id: int, today: date) -> str:
    """The same words with the same paper for the same person on one day; one that failed makes room for the next."""
    asked = f"{task.text}|{task.by}|{task.paper}".encode()
    key = f"{ASSIGN}:{task.code}:{user_id}:{today}:{hashlib.sha256(asked).hexdigest()[:16]}"
    failed = select(func.count()).select_from(Reminder).join(Delivery, Delivery.reminder_id == Reminder.id)
    mine = Reminder.key.startswith(key, autoescape=True), Delivery.state == DeliveryState.FAILED
    count = db.session.scalar(failed.where(*mine))
    return f"{key}:{count}" if count else key


def _evening(dispatcher: Dispatcher, day: date | None) -> datetime | None:
    if day is None or day < dispatcher.today:
        return None
    return datetime.combine(day, time(18, 0), ZoneInfo(dispatcher.portal.time_zone))
