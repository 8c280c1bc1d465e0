"""Sending what waits: each delivery is claimed by one worker, sent alone, and its end kept; none of them stops the next.

A delivery is claimed by an UPDATE that only one worker wins. A worker that dies after the claim leaves a row that is
taken over later: notifications (by tag), letters (by Message-ID), tasks (asked for first) and webhooks (by delivery
id) are safe to repeat; a message in the feed is not, and is left as uncertain for a person to see. So is a letter
during which workers died again and again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db
from b24app.errors import AppError
from b24app.reminders import model
from b24app.reminders.channels import Message, Outcome
from b24app.reminders.recipients import Recipient
from b24app.reminders.stored_message import unpack
from b24app.renewal.failure_words import describe

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=5)
ABANDONED_AFTER = timedelta(minutes=15)
REPEATABLE = ("notification", "email", "webhook", "task")
Send = Callable[[str, Message, Recipient], Outcome]
log = structlog.get_logger(__name__)


def deliver_waiting(send: Send, at: datetime) -> int:
    """Send everything that waits in this portal; answers how many letters left. Commits around each of them."""
    _leave_uncertain(at)
    return sum(_deliver_alone(delivery_id, send, at) for delivery_id in _waiting_ids(at))


def _deliver_alone(delivery_id: int, send: Send, at: datetime) -> bool:
    """Send one; a row that the database does not take back is taken over later, as after the death of a worker."""
    try:
        return _claim(delivery_id, at) and _send_one(delivery_id, send, at)
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("the end of a delivery was not kept", delivery=delivery_id, error=type(error).__name__)
        return False


def _waiting(at: datetime) -> Any:
    fresh = and_(model.Delivery.state == "waiting", model.Delivery.next_at <= at)
    dropped = and_(_abandoned(at), model.Delivery.channel.in_(REPEATABLE))
    return or_(fresh, and_(dropped, model.Delivery.attempts < MOST_ATTEMPTS))


def _abandoned(at: datetime) -> Any:
    return and_(model.Delivery.state == "sending", model.Delivery.claimed_at < at - ABANDONED_AFTER)


def _waiting_ids(at: datetime) -> list[int]:
    """The fresh before those that failed or killed a worker already."""
    order = (model.Delivery.attempts, model.Delivery.id)
    ids = list(db.session.scalars(select(model.Delivery.id).where(_waiting(at)).order_by(*order)))
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
    final = or_(model.Delivery.channel.not_in(REPEATABLE), model.Delivery.attempts >= MOST_ATTEMPTS)
    stuck = update(model.Delivery).where(_abandoned(at), final).values(state="uncertain")
    db.session.execute(stuck.execution_options(synchronize_session=False))
    db.session.commit()


def _send_one(delivery_id: int, send: Send, at: datetime) -> bool:
    row = db.session.scalar(select(model.Delivery).where(model.Delivery.id == delivery_id))
    if row is None:
        return False
    channel, kept = row.channel, row.letter
    to, attempts = Recipient(row.target or row.recipient, row.recipient_name), row.attempts
    db.session.commit()
    try:
        outcome = send(channel, unpack(channel, kept), to)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this letter's own and the next one is sent
        db.session.rollback()
        log.warning(
            "a letter was not sent", delivery=delivery_id, channel=channel, error=type(error).__name__
        )
        _finish(delivery_id, **_failed(error, channel, attempts, at))
        return False
    _finish(delivery_id, state=str(outcome), sent_at=at if outcome is Outcome.SENT else None, error="")
    return outcome is Outcome.SENT


def _failed(error: Exception, channel: str, attempts: int, at: datetime) -> dict[str, Any]:
    words = describe(error)
    if _may_repeat(error, channel) and attempts < MOST_ATTEMPTS:
        return {"state": "waiting", "next_at": at + FIRST_WAIT * 2 ** (attempts - 1), "error": words}
    return {"state": "uncertain" if _may_have_gone(error, channel) else "failed", "error": words}


def _may_repeat(error: Exception, channel: str) -> bool:
    """An error of ours may be mended by the next release; repeating is safe where a channel drops doubles."""
    return error.retryable if isinstance(error, AppError) else channel in REPEATABLE


def _may_have_gone(error: Exception, channel: str) -> bool:
    if isinstance(error, AppError):
        return type(error).__name__ == "WriteUncertain"
    return channel not in REPEATABLE


def _finish(delivery_id: int, **values: Any) -> None:
    done = update(model.Delivery).where(model.Delivery.id == delivery_id).values(**values)
    db.session.execute(done.execution_options(synchronize_session=False))
    db.session.commit()
