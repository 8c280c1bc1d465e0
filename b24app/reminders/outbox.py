"""The outbox: what is due becomes rows once; each waiting delivery is taken by one worker, sent alone, its end kept.

A reminder's key is unique in its portal, so however many workers look, one of them writes it. One that could not be
built is kept with its error; whoever builds it next takes the row over by an UPDATE that only one worker wins.

A delivery is taken by such an UPDATE too. A worker that dies after it leaves a row that is taken over later
where the channel is safe to repeat: notifications (by tag), e-mail (by Message-ID), tasks (asked for first), webhooks
(by delivery id). A message in the feed is not, and is left as uncertain for a person to see; so is a message during
which workers died again and again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from b24app.bitrix24.masking import mask_address
from b24app.database import db
from b24app.errors import AppError, WriteUncertain
from b24app.input_limits import one_line
from b24app.reminders import model
from b24app.reminders.channels import (
    Message,
    Outcome,
    Recipient,
    describe_failure,
    load_channels,
    pack,
    unpack,
)
from b24app.reminders.kinds import Planned
from b24app.reminders.model import DeliveryState

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=5)
ABANDONED_AFTER = timedelta(minutes=15)
Send = Callable[[str, Message, Recipient], Outcome]
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
    return int(getattr(db.session.execute(quiet), "rowcount", 0)) == 1


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
    )


def deliver_waiting(send: Send, at: datetime) -> int:
    """Send everything that waits in this portal; answers how many messages left. Commits around each of them."""
    _leave_uncertain(at)
    return sum(_deliver_alone(delivery_id, send, at) for delivery_id in _waiting_ids(at))


def _deliver_alone(delivery_id: int, send: Send, at: datetime) -> bool:
    """Send one; a row that the database does not take back is taken over later, as after the death of a worker."""
    try:
        return _take(delivery_id, at) and _send_one(delivery_id, send, at)
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("the end of a delivery was not kept", delivery=delivery_id, error=type(error).__name__)
        return False


def _repeatable() -> tuple[str, ...]:
    """The channels that drop doubles."""
    return tuple(one.code for one in load_channels().values() if one.repeatable)


def _waiting(at: datetime) -> ColumnElement[bool]:
    fresh = and_(model.Delivery.state == DeliveryState.WAITING, model.Delivery.next_at <= at)
    dropped = and_(_abandoned(at), model.Delivery.channel.in_(_repeatable()))
    return or_(fresh, and_(dropped, model.Delivery.attempts < MOST_ATTEMPTS))


def _abandoned(at: datetime) -> ColumnElement[bool]:
    return and_(model.Delivery.state == DeliveryState.SENDING, model.Delivery.taken_at < at - ABANDONED_AFTER)


def _waiting_ids(at: datetime) -> list[int]:
    """The fresh before those that failed or killed a worker already."""
    order = (model.Delivery.attempts, model.Delivery.id)
    ids = list(db.session.scalars(select(model.Delivery.id).where(_waiting(at)).order_by(*order)))
    db.session.commit()
    return ids


def _take(delivery_id: int, at: datetime) -> bool:
    taking = (
        update(model.Delivery)
        .where(model.Delivery.id == delivery_id, _waiting(at))
        .values(state=DeliveryState.SENDING, taken_at=at, attempts=model.Delivery.attempts + 1)
    )
    won = _changed(taking)
    db.session.commit()
    return won


def _leave_uncertain(at: datetime) -> None:
    final = or_(model.Delivery.channel.not_in(_repeatable()), model.Delivery.attempts >= MOST_ATTEMPTS)
    _changed(update(model.Delivery).where(_abandoned(at), final).values(state=DeliveryState.UNCERTAIN))
    db.session.commit()


def _send_one(delivery_id: int, send: Send, at: datetime) -> bool:
    row = db.session.scalar(select(model.Delivery).where(model.Delivery.id == delivery_id))
    if row is None:
        return False
    channel, kept = row.channel, row.message
    to, attempts = Recipient(row.target or row.recipient, row.recipient_name), row.attempts
    db.session.commit()
    try:
        outcome = send(channel, unpack(channel, kept), to)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's own and the next one is sent
        db.session.rollback()
        log.warning(
            "a message was not sent", delivery=delivery_id, channel=channel, error=type(error).__name__
        )
        _finish(delivery_id, **_failed(error, channel, attempts, at))
        return False
    _finish(delivery_id, state=str(outcome), sent_at=at if outcome is Outcome.SENT else None, error="")
    return outcome is Outcome.SENT


def _failed(error: Exception, channel: str, attempts: int, at: datetime) -> dict[str, object]:
    words = describe_failure(error)
    if _may_repeat(error, channel) and attempts < MOST_ATTEMPTS:
        return {
            "state": DeliveryState.WAITING,
            "next_at": at + FIRST_WAIT * 2 ** (attempts - 1),
            "error": words,
        }
    return {
        "state": DeliveryState.UNCERTAIN if _may_have_gone(error, channel) else DeliveryState.FAILED,
        "error": words,
    }


def _may_repeat(error: Exception, channel: str) -> bool:
    """An error of ours may be mended by the next release; repeating is safe where a channel drops doubles."""
    return error.retryable if isinstance(error, AppError) else channel in _repeatable()


def _may_have_gone(error: Exception, channel: str) -> bool:
    if isinstance(error, AppError):
        return isinstance(error, WriteUncertain)
    return channel not in _repeatable()


def _finish(delivery_id: int, **values: object) -> None:
    _changed(update(model.Delivery).where(model.Delivery.id == delivery_id).values(**values))
    db.session.commit()


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
        .join(due, due.id == sent.reminder_id)
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
