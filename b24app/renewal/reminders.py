"""Verbs of reminding: what is due becomes rows once, each row is claimed by one worker, sent, and its end kept.

A reminder's key is unique in its portal, so however many workers look, one of them writes it; a delivery is claimed
by an UPDATE that only one worker wins. A worker that dies after the claim leaves a row that is taken over later:
notifications (by tag), letters (by Message-ID), tasks (asked for first) and webhooks (by delivery id) are safe to
repeat; a message in the feed is not, and is left as uncertain for a person to see.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from b24app.errors import AppError
from b24app.renewal import model
from b24app.renewal.channels import Letter
from b24app.renewal.failures import describe
from b24app.renewal.ladder import Planned
from b24app.renewal.recipients import Recipient
from b24app.storage import db
from b24app.wire.masks import mask_address

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=5)
ABANDONED_AFTER = timedelta(minutes=15)
REPEATABLE = ("notification", "email", "webhook", "task")
Send = Callable[[str, Letter, Recipient], None]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter to be kept as a delivery."""

    channel: str
    recipient: Recipient
    letter: Letter


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One line of the delivery log."""

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
    """Which of these reminders have been written before."""
    query = select(model.Reminder.key).where(model.Reminder.key.in_(list(keys)))
    return set(db.session.scalars(query))


def keep_due(
    item: Planned,
    letters: Iterable[Outgoing],
    clock_id: int | None,
    at: datetime,
    send_at: datetime | None = None,
) -> bool:
    """Write a due reminder with its deliveries, to leave now or later; False when another was first. Commits."""
    row = model.Reminder(
        key=item.key, line=item.line, code=item.code, clock_id=clock_id, on=item.on, due_at=at
    )
    try:
        db.session.add(row)
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return False
    for out in letters:
        db.session.add(_delivery(row.id, out, send_at or at))
    db.session.commit()
    return True


def _delivery(reminder_id: int, out: Outgoing, at: datetime) -> model.Delivery:
    secret = out.channel == "webhook"
    return model.Delivery(
        reminder_id=reminder_id,
        channel=out.channel,
        recipient=mask_address(out.recipient.address) if secret else out.recipient.address,
        target=out.recipient.address if secret else None,
        recipient_name=out.recipient.name,
        letter=_pack(out.letter),
        next_at=at,
    )


def deliver_waiting(send: Send, at: datetime) -> int:
    """Send everything that waits in this portal; answers how many letters left. Commits around each of them."""
    _leave_uncertain(at)
    sent = 0
    for delivery_id in _waiting_ids(at):
        if _claim(delivery_id, at):
            sent += _send_one(delivery_id, send, at)
    return sent


def _waiting(at: datetime) -> Any:
    fresh = and_(model.Delivery.state == "waiting", model.Delivery.next_at <= at)
    dropped = and_(
        model.Delivery.state == "sending",
        model.Delivery.claimed_at < at - ABANDONED_AFTER,
        model.Delivery.channel.in_(REPEATABLE),
    )
    return or_(fresh, dropped)


def _waiting_ids(at: datetime) -> list[int]:
    ids = list(db.session.scalars(select(model.Delivery.id).where(_waiting(at)).order_by(model.Delivery.id)))
    db.session.commit()
    return ids


def _claim(delivery_id: int, at: datetime) -> bool:
    claim = (
        update(model.Delivery)
        .where(model.Delivery.id == delivery_id, _waiting(at))
        .values(state="sending", claimed_at=at, attempts=model.Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    won = int(getattr(db.session.execute(claim), "rowcount", 0)) == 1
    db.session.commit()
    return won


def _leave_uncertain(at: datetime) -> None:
    stuck = (
        update(model.Delivery)
        .where(
            model.Delivery.state == "sending",
            model.Delivery.claimed_at < at - ABANDONED_AFTER,
            model.Delivery.channel.not_in(REPEATABLE),
        )
        .values(state="uncertain")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(stuck)
    db.session.commit()


def _send_one(delivery_id: int, send: Send, at: datetime) -> int:
    row = db.session.scalar(select(model.Delivery).where(model.Delivery.id == delivery_id))
    if row is None:
        return 0
    channel, letter = row.channel, _unpack(row.letter)
    to, attempts = Recipient(row.target or row.recipient, row.recipient_name), row.attempts
    db.session.commit()
    try:
        send(channel, letter, to)
    except AppError as error:
        db.session.rollback()
        _finish(delivery_id, **_failed(error, attempts, at))
        return 0
    _finish(delivery_id, state="sent", sent_at=at, error="")
    return 1


def _failed(error: AppError, attempts: int, at: datetime) -> dict[str, Any]:
    words = describe(error)
    if error.retryable and attempts < MOST_ATTEMPTS:
        return {"state": "waiting", "next_at": at + FIRST_WAIT * 2 ** (attempts - 1), "error": words}
    uncertain = type(error).__name__ == "WriteUncertain"
    return {"state": "uncertain" if uncertain else "failed", "error": words}


def _finish(delivery_id: int, **values: Any) -> None:
    done = update(model.Delivery).where(model.Delivery.id == delivery_id).values(**values)
    db.session.execute(done.execution_options(synchronize_session=False))
    db.session.commit()


def list_deliveries(limit: int = 100) -> tuple[DeliveryView, ...]:
    """The delivery log, newest first."""
    query = (
        select(model.Delivery, model.Reminder)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .order_by(model.Delivery.id.desc())
        .limit(limit)
    )
    return tuple(_line(delivery, reminder) for delivery, reminder in db.session.execute(query))


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


def _pack(letter: Letter) -> dict[str, Any]:
    values = asdict(letter)
    values["lines"] = list(letter.lines)
    values["deadline"] = letter.deadline.isoformat() if letter.deadline else None
    return values


def _unpack(values: dict[str, Any]) -> Letter:
    deadline = values["deadline"]
    return Letter(
        **{
            **values,
            "lines": tuple(values["lines"]),
            "deadline": datetime.fromisoformat(deadline) if deadline else None,
        }
    )
