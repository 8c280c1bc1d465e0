"""The delivery log: what was sent by which channel to whom, how it ended, and what could not be built."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.outbox import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One line of the delivery log; a reminder that could not be built has neither channel nor recipient."""

    id: int
    code: str
    channel: str
    recipient: str
    recipient_name: str
    subject: str
    state: str
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str


def list_deliveries(limit: int = 100) -> tuple[DeliveryView, ...]:
    """The delivery log, newest first; before it what could not be built."""
    query = (
        select(model.Delivery, model.Reminder)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .order_by(model.Delivery.id.desc())
        .limit(limit)
    )
    lines = tuple(_line(delivery, reminder) for delivery, reminder in db.session.execute(query))
    return (*_unbuilt(limit), *lines)[:limit]


def last_delivery(key: str) -> model.Delivery | None:
    """The newest delivery of the reminders whose key is, or with a `%` at its end begins with, this one."""
    query = (
        select(model.Delivery)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .where(model.Reminder.key.like(key))
        .order_by(model.Delivery.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _unbuilt(limit: int) -> tuple[DeliveryView, ...]:
    rows = select(model.Reminder).where(model.Reminder.error != "").order_by(model.Reminder.id.desc())
    return tuple(_unbuilt_line(row) for row in db.session.scalars(rows.limit(limit)))


def _unbuilt_line(row: model.Reminder) -> DeliveryView:
    state = "waiting" if row.attempts < MOST_ATTEMPTS else "failed"
    return DeliveryView(
        row.id, row.code, "", "", "", "", state, row.attempts, row.due_at, sent_at=None, error=row.error
    )


def _line(row: model.Delivery, reminder: model.Reminder) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        code=reminder.code,
        channel=row.channel,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        subject=str(row.message.get("subject", "")),
        state=row.state,
        attempts=row.attempts,
        due_at=reminder.due_at,
        sent_at=row.sent_at,
        error=row.error,
    )
