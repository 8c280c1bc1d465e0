"""Verbs of reminding: what is due becomes rows once, and what could not be built is kept with its error and tried again.

A reminder's key is unique in its portal, so however many workers look, one of them writes it. A reminder with an
error has no deliveries yet: whoever builds it next takes the row over by an UPDATE that only one worker wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from b24app.bitrix24.masking import mask_address
from b24app.database import db
from b24app.input_limits import one_line
from b24app.reminders import model
from b24app.reminders.channels import Message
from b24app.reminders.delivery import MOST_ATTEMPTS
from b24app.reminders.recipients import NobodyToReach, Recipient
from b24app.reminders.schedule import Planned
from b24app.reminders.stored_message import pack
from b24app.renewal.failure_words import describe


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter to be kept as a delivery."""

    channel: str
    recipient: Recipient
    letter: Message


def reach_somebody(letters: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """The letters themselves; raises NobodyToReach when there is none."""
    if not letters:
        raise NobodyToReach
    return letters


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


def sent_keys(keys: Iterable[str]) -> set[str]:
    """Which of these reminders have been written before, or failed too often to be built again."""
    query = select(model.Reminder.key).where(
        model.Reminder.key.in_(list(keys)),
        or_(model.Reminder.error == "", model.Reminder.attempts >= MOST_ATTEMPTS),
    )
    return set(db.session.scalars(query))


def keep_due(
    item: Planned,
    letters: Iterable[Outgoing],
    clock_id: int | None,
    at: datetime,
    send_at: datetime | None = None,
) -> bool:
    """Write a due reminder with its deliveries, to leave now or later; False when another was first. Commits."""
    reminder_id = _take_over(item.key, at)
    if reminder_id is None:
        row = _reminder(item, clock_id, at)
        try:
            db.session.add(row)
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            return False
        reminder_id = row.id
    for out in letters:
        db.session.add(_delivery(reminder_id, out, send_at or at))
    db.session.commit()
    return True


def note_unbuilt(item: Planned, clock_id: int | None, error: Exception, at: datetime) -> None:
    """Keep why a reminder could not be built and how often that was tried. Commits."""
    words = describe(error)
    again = update(model.Reminder).where(model.Reminder.key == item.key, model.Reminder.error != "")
    again = again.values(error=words, attempts=model.Reminder.attempts + 1, due_at=at)
    if not _changed(again):
        row = _reminder(item, clock_id, at)
        row.error, row.attempts = words, 1
        try:
            db.session.add(row)
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            return
    db.session.commit()


def _reminder(item: Planned, clock_id: int | None, at: datetime) -> model.Reminder:
    return model.Reminder(
        key=item.key, line=item.line, code=item.code, clock_id=clock_id, on=item.on, due_at=at
    )


def _take_over(key: str, at: datetime) -> int | None:
    """The row of a reminder that could not be built until now, for the one worker that won it."""
    unbuilt = select(model.Reminder.id).where(model.Reminder.key == key, model.Reminder.error != "")
    reminder_id = db.session.scalar(unbuilt)
    if reminder_id is None:
        return None
    won = update(model.Reminder).where(model.Reminder.id == reminder_id, model.Reminder.error != "")
    return reminder_id if _changed(won.values(error="", due_at=at)) else None


def _changed(statement: object) -> bool:
    quiet = statement.execution_options(synchronize_session=False)  # type: ignore[attr-defined]
    return int(getattr(db.session.execute(quiet), "rowcount", 0)) == 1


def _delivery(reminder_id: int, out: Outgoing, at: datetime) -> model.Delivery:
    secret = out.channel == "webhook"
    return model.Delivery(
        reminder_id=reminder_id,
        channel=out.channel,
        recipient=mask_address(out.recipient.address) if secret else out.recipient.address,
        target=out.recipient.address if secret else None,
        recipient_name=one_line(out.recipient.name)[:255],
        letter=pack(out.letter),
        next_at=at,
    )


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
        subject=str(row.letter.get("subject", "")),
        state=row.state,
        attempts=row.attempts,
        due_at=reminder.due_at,
        sent_at=row.sent_at,
        error=row.error,
    )
