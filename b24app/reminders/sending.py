"""Sends the messages that wait in one portal, with retries: each delivery alone, its end kept, until it leaves, is replaced, or five days have passed.

The next reminder of the same subject to the same person takes the place of one that still waits. A server that is
silent is left alone by the whole look, that of mail by all portals, so a job holds its worker for a bounded time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from b24app.bitrix24.no_answer import PortalRests
from b24app.database import current_portal_id, db, every_portal
from b24app.each_portal import for_each_portal
from b24app.errors import PortalError
from b24app.portals.model import InstallStatus, Portal, get_portal
from b24app.portals.pauses import silence_of
from b24app.reminders.channels import (
    Addressee,
    HandOver,
    Message,
    NothingLeft,
    Outcome,
    Recipient,
    TryLater,
    describe_failure,
    load_channels,
)
from b24app.reminders.delivery_lease import (
    LEASE,
    Held,
    HeldByAnother,
    Now,
    changed,
    doubt_leases,
    has_no_end,
    hold,
    is_due,
    is_over,
    to_send,
)
from b24app.reminders.failed_delivery import FIRST_PAUSE, judge, spread
from b24app.reminders.judged_messages import is_wanted
from b24app.reminders.kinds import find_kind
from b24app.reminders.letterheads import OWN_SERVER, sends_by_own
from b24app.reminders.model import UNDER_WAY, Delivery, DeliveryState, Reminder
from b24app.reminders.needless_messages import end_needless
from b24app.reminders.packed_messages import unpack
from b24app.reminders.reminder_settings import get_schedule
from b24app.reminders.server_rest import Turn, note_away, note_served, take_turn
from b24app.services import services

JOB_SECONDS = 60.0
"""A job begins no further message after it: the rest is asked for again, and other portals have their turn."""
A_WHILE = timedelta(minutes=1)
PORTAL = "portal"
Send = Callable[[str, Message, Recipient, HandOver], Outcome]
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Round:
    """One look at the deliveries of a portal: how they are sent, and until when which servers are left alone in it."""

    send: Send
    now: Now
    resting: dict[str, datetime] = field(default_factory=dict)
    watched: bool = False


def deliver_waiting(send: Send, now: Now, seconds: Callable[[], float] = time.monotonic) -> int:
    """Send what is due in this portal; returns how many messages left. Commits around each of them."""
    end_needless(now())
    doubt_leases(now())
    this, started, sent = Round(send, now), seconds(), 0
    for delivery_id in to_send(now()):
        if seconds() - started > JOB_SECONDS:
            services().queue.later("send_waiting", current_portal_id())
            break
        sent += _deliver_alone(delivery_id, this)
    _watch(this, only_if_sending=True)
    db.session.commit()
    return sent


def bring_back(at: datetime) -> None:
    """The portal takes messages again: what failed or waited for it is due, unless it is replaced or too late. Commits."""
    end_needless(at)
    of_portal = [one.code for one in load_channels().values() if not one.outside]
    waited = has_no_end(), Delivery.attempts > 0, Delivery.channel.in_(of_portal)
    changed(update(Delivery).where(*waited).values(state=DeliveryState.WAITING, next_at=at))


def due_for_users(at: datetime) -> bool:
    """Whether a message to people of the portal has waited and is due: then it is worth asking who works there still."""
    codes = [one.code for one in load_channels().values() if one.addressee is Addressee.USER]
    waited = is_due(at), Delivery.next_at < at - A_WHILE, Delivery.channel.in_(codes)
    return bool(db.session.scalar(select(exists().where(*waited))))


def send_due() -> None:
    """Find the deliveries whose moment has come, and those of dead workers, over all portals; the job of every minute."""
    at = services().clock.now()
    with every_portal():
        query = select(Delivery.portal_id).join(Portal, Portal.id == Delivery.portal_id).distinct()
        open_states = Delivery.state.in_((*UNDER_WAY, DeliveryState.FAILED))  # so that its index is used
        query = query.where(open_states, or_(is_due(at), is_over(at)), Portal.status != InstallStatus.DELETED)
        found = db.session.scalars(query.order_by(Delivery.portal_id)).all()
    for_each_portal(found, lambda portal_id: services().queue.later("send_waiting", portal_id))


def _watch(this: Round, *, only_if_sending: bool = False) -> None:
    """Ask for a look after the lease: should this worker die, another one takes up what it held."""
    sending = select(exists().where(Delivery.state == DeliveryState.SENDING))
    if this.watched or (only_if_sending and not db.session.scalar(sending)):
        return
    services().queue.later("watch_messages", current_portal_id(), delay=LEASE.total_seconds() + 1)
    db.session.commit()
    this.watched = True


def _deliver_alone(delivery_id: int, this: Round) -> bool:
    """Send one; a row that the database does not save is taken up later, as after the death of a worker."""
    try:
        return _deliver(delivery_id, this)
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("the end of a delivery was not kept", delivery=delivery_id, error=type(error).__name__)
        return False


def _deliver(delivery_id: int, this: Round) -> bool:
    if not is_wanted(delivery_id):
        return False
    channel, wakes_at = _channel_of(delivery_id, this.now())
    db.session.commit()
    if wakes_at is not None:
        _postpone(delivery_id, wakes_at)
        return False
    turn = _turn_of(channel, this)
    if turn.rests_until is not None:
        _postpone(delivery_id, turn.rests_until)
        return False
    _watch(this)
    held = hold(delivery_id, this.now)
    return held is not None and _send_held(held, this, turn)


def _channel_of(delivery_id: int, at: datetime) -> tuple[str, datetime | None]:
    """The channel of a delivery, and when its recipient wakes up where that one rests now."""
    row = db.session.execute(
        select(Delivery.channel, Delivery.recipient, Delivery.message).where(Delivery.id == delivery_id)
    ).first()
    found = load_channels().get(row.channel) if row else None
    if row is None or found is None:
        return row.channel if row else "", None
    if sends_by_own(row.message):
        return OWN_SERVER, None
    wakes_at = found.wakes_at(row.recipient, at)
    return row.channel, wakes_at if wakes_at > at else None


def _turn_of(channel: str, this: Round) -> Turn:
    """Whether the server behind a channel may be asked: it was not silent a moment ago, nor to anybody else."""
    if until := this.resting.get(_server_of(channel)):
        return Turn(rests_until=until)
    if channel == OWN_SERVER:
        return Turn(own=True)
    found = load_channels().get(channel)
    return take_turn(channel, this.now()) if found and found.shared_server else Turn()


def _server_of(channel: str) -> str:
    found = load_channels().get(channel)
    return channel if found is None or found.outside else PORTAL


def _postpone(delivery_id: int, until: datetime) -> None:
    """Nothing was tried: let the message wait until its server may be asked, each a little longer than the one before."""
    waiting = update(Delivery).where(Delivery.id == delivery_id, has_no_end())
    changed(waiting.values(next_at=until + spread(delivery_id, 0, timedelta(seconds=60))))


def _send_held(held: Held, this: Round, turn: Turn) -> bool:
    row = db.session.get_one(Delivery, held.id)
    to, kept = Recipient(row.target or row.recipient, row.recipient_name), row.message
    db.session.commit()
    try:
        outcome = this.send(held.channel, unpack(held.channel, kept), to, held.hand_over)
    except HeldByAnother:
        db.session.rollback()
        log.warning("another worker took a delivery over", delivery=held.id)
        return False
    except NothingLeft as over:
        db.session.rollback()
        held.finish(state=DeliveryState.REPLACED, error=describe_failure(over), lost_access=False)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's own and the next one is sent
        db.session.rollback()
        _note_failure(held, error, this, turn)
        return False
    note_served(held.channel, turn)
    sent_at = this.now() if outcome is Outcome.SENT else None
    held.finish(state=str(outcome), sent_at=sent_at, error="", lost_access=False)
    return outcome is Outcome.SENT


def _by_day(delivery_id: int, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into where the reminder is no urgent one."""
    of_reminder = Reminder.id == Delivery.reminder_id
    code = db.session.scalar(
        select(Reminder.code).join(Delivery, of_reminder).where(Delivery.id == delivery_id)
    )
    portal = get_portal(current_portal_id())
    if code is None or portal is None or not find_kind(code).by_day:
        return moment
    return get_schedule().wakes_at(moment.astimezone(ZoneInfo(portal.time_zone)))


def _is_away(error: Exception) -> bool:
    """Whether the failure is about the whole server: the next message to it would wait in vain too."""
    if isinstance(error, PortalError):
        return isinstance(error, PortalRests) or silence_of(error) is not None
    return isinstance(error, TryLater) and error.server_away


def _note_failure(held: Held, error: Exception, this: Round, turn: Turn) -> None:
    log.warning("a message was not sent", delivery=held.id, channel=held.channel, error=type(error).__name__)
    values = judge(held, error)
    if isinstance(next_at := values.get("next_at"), datetime):
        values["next_at"] = _by_day(held.id, next_at)
    held.finish(**values)
    at, found = this.now(), load_channels().get(held.channel)
    away = _is_away(error)
    if away:
        rested = getattr(error, "reset_at", None) or at
        server = OWN_SERVER if turn.own else _server_of(held.channel)
        this.resting[server] = max(rested, at + FIRST_PAUSE)
    if found is not None and found.shared_server and not turn.own:
        note_away(held.channel, at, turn) if away else note_served(held.channel, turn)
