"""The outbox: what is due becomes rows once, a reminder with its deliveries; the log of what became of them.

A reminder's key is unique in its portal, so however many workers look, one of them writes it. One that could not be
built is kept with its error; whoever builds it next takes the row over by an UPDATE that only one worker wins. How
deliveries leave is in `sending.py`, who may send one in `delivery_lease.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Update, or_, select, update
from sqlalchemy.exc import IntegrityError

from b24app.bitrix24.masking import mask_address
from b24app.database import changed_rows, db
from b24app.input_limits import one_line
from b24app.reminders import model
from b24app.reminders.channels import Message, Recipient, describe_failure, load_channels
from b24app.reminders.kinds import Planned
from b24app.reminders.model import DeliveryState
from b24app.reminders.packed_messages import pack

MOST_ATTEMPTS = 6
LONGEST_TRIED = timedelta(days=5)
TOLD_ELSEWHERE = ("client_report", "report_address")
"""Letters of reports to clients: they are in the queue of reports, which checks whose access lives."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be kept as a delivery."""

    channel: str
    recipient: Recipient
    message: Message


def sent_keys(keys: Iterable[str]) -> set[str]:
    """Which of these reminders have been written before, or failed too often to be built again."""
    query = select(model.Reminder.key).where(
        model.Reminder.key.in_(list(keys)),
        or_(model.Reminder.error == "", model.Reminder.attempts >= MOST_ATTEMPTS),
    )
    return set(db.session.scalars(query))


def keep_due(
    item: Planned,
    messages: Iterable[Outgoing],
    term_id: int | None,
    at: datetime,
    send_at: datetime | None = None,
) -> bool:
    """Write a due reminder with its deliveries, to leave now or later; False when another was first."""
    reminder_id = _take_over(item.key, at)
    try:
        with db.session.begin_nested():
            reminder_id = reminder_id or _insert(_reminder(item, term_id, at))
            db.session.add_all([_delivery(reminder_id, out, send_at or at) for out in messages])
    except IntegrityError:
        return False
    return True


def note_unbuilt(item: Planned, term_id: int | None, error: Exception, at: datetime) -> None:
    """Keep why a reminder could not be built and how often that was tried."""
    words = describe_failure(error)
    again = update(model.Reminder).where(model.Reminder.key == item.key, model.Reminder.error != "")
    again = again.values(error=words, attempts=model.Reminder.attempts + 1, due_at=at)
    if _changed(again):
        return
    row = _reminder(item, term_id, at)
    row.error, row.attempts = words, 1
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        log.info("another worker was first", key=item.key)


def _reminder(item: Planned, term_id: int | None, at: datetime) -> model.Reminder:
    return model.Reminder(
        key=item.key, line=item.line, code=item.code, term_id=term_id, on=item.on, due_at=at
    )


def _insert(row: model.Reminder) -> int:
    db.session.add(row)
    db.session.flush()
    return row.id


def _take_over(key: str, at: datetime) -> int | None:
    """The row of a reminder that could not be built until now, for the one worker that won it."""
    unbuilt = select(model.Reminder.id).where(model.Reminder.key == key, model.Reminder.error != "")
    reminder_id = db.session.scalar(unbuilt)
    if reminder_id is None:
        return None
    won = update(model.Reminder).where(model.Reminder.id == reminder_id, model.Reminder.error != "")
    return reminder_id if _changed(won.values(error="", due_at=at)) else None


def _changed(statement: Update) -> bool:
    quiet = statement.execution_options(synchronize_session=False)
    return changed_rows(db.session.execute(quiet)) == 1


def _delivery(reminder_id: int, out: Outgoing, at: datetime) -> model.Delivery:
    channel = load_channels().get(out.channel)
    secret = channel is not None and channel.hides_address
    return model.Delivery(
        reminder_id=reminder_id,
        channel=out.channel,
        recipient=mask_address(out.recipient.address) if secret else out.recipient.address,
        target=out.recipient.address if secret else None,
        recipient_name=one_line(out.recipient.name)[:255],
        message=pack(out.message),
        next_at=at,
        give_up_at=at + LONGEST_TRIED,
    )


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One line of the delivery log; a reminder that could not be built has neither channel nor recipient."""

    id: int
    code: str
    state: str
    attempts: int
    due_at: datetime
    error: str
    sent_at: datetime | None = None
    channel: str = ""
    recipient: str = ""
    recipient_name: str = ""
    message: Mapping[str, object] = field(default_factory=dict)
    next_at: datetime | None = None
    comes_back: bool = False
    give_up_at: datetime | None = None

    @property
    def subject(self) -> str:
        """The subject of the message; empty when there is none."""
        return str(self.message.get("subject", ""))


def list_deliveries(limit: int = 100) -> tuple[DeliveryView, ...]:
    """The delivery log, newest first; before it what could not be built."""
    sent, due = model.Delivery, model.Reminder
    unbuilt = select(due).where(due.error != "").order_by(due.id.desc())
    built = (
        select(sent.id, due.code, sent.state, sent.attempts, due.due_at, sent.error)
        .add_columns(sent.sent_at, sent.channel, sent.recipient, sent.recipient_name, sent.message)
        .add_columns(sent.next_at, sent.lost_access, sent.give_up_at)
        .join(due, due.id == sent.reminder_id)
        .where(due.code.not_in(TOLD_ELSEWHERE))
        .order_by(sent.id.desc())
    )
    first = [_unbuilt_line(row) for row in db.session.scalars(unbuilt.limit(limit))]
    lines = [DeliveryView(*row) for row in db.session.execute(built.limit(limit))]
    return (*first, *lines)[:limit]


def _unbuilt_line(row: model.Reminder) -> DeliveryView:
    state = DeliveryState.WAITING if row.attempts < MOST_ATTEMPTS else DeliveryState.FAILED
    return DeliveryView(row.id, row.code, state, row.attempts, row.due_at, row.error)


def last_delivery(key: str) -> model.Delivery | None:
    """The newest delivery of the reminders whose key is, or with a `%` at its end begins with, this one."""
    query = (
        select(model.Delivery)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .where(model.Reminder.key.like(key))
        .order_by(model.Delivery.id.desc())
    )
    return db.session.scalar(query.limit(1))
