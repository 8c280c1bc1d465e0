"""Sends what waits for an address, one event after another; what fails waits longer each time, an address that fails for days is switched off."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, or_, select, update

from b24app.clock import CLOCKS_DIFFER
from b24app.database import changed_rows, db, every_portal, portal_scope
from b24app.integrators.members import MemberSeat
from b24app.integrators.webhooks.address_calls import CallAddress, CallResult, SignedMessage, call_address
from b24app.integrators.webhooks.event_bodies import NothingToSend, event_of, find_owner, write_body
from b24app.integrators.webhooks.event_watch import SEND
from b24app.integrators.webhooks.model import WebhookAddress, WebhookEvent, WebhookSending
from b24app.integrators.webhooks.webhook_pauses import GIVES_UP, LONGEST, PAUSES, pause_after, rest_after
from b24app.integrators.webhooks.webhook_states import SendingState, WebhookState
from b24app.services import services

TURN_SECONDS = 45.0
"""How long one job sends to one address before others have their turn."""

KEPT = timedelta(days=30)
MOST_ANSWERS = 12
TELL = "tell_webhook_off"
UNREAD = "unread"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TakenSending:
    """A sending that is under way: its row, how often it was tried before, and the message."""

    id: int
    attempts: int
    message: SignedMessage


def send_webhooks(portal_id: int, address_id: int, call: CallAddress = call_address) -> None:
    """Send what is due to one address; no other job of this address runs meanwhile."""
    until = time.monotonic() + TURN_SECONDS
    with portal_scope(portal_id):
        while time.monotonic() < until and (taken := _take(address_id)) is not None:
            now = services().clock.now()
            _keep(address_id, taken, call(taken.message, now), services().clock.now())
            db.session.commit()
        _ask_again(address_id)


def _take(address_id: int) -> TakenSending | None:
    """The next event that is due, with its body of this moment; events that may not be sent any more are dropped on the way."""
    while True:
        now, address = services().clock.now(), _working(address_id)
        owner = find_owner(address) if address else None
        if address is None or owner is None or _rests(address, now):
            db.session.commit()
            return None
        found = _next_due(address_id, now)
        if found is None:
            db.session.commit()
            return None
        row, event = found
        body = _read_body(owner, row, event, now)
        if body is None:
            continue
        message = SignedMessage(address.url, _secrets(address, now), event.code, body)
        taken = TakenSending(row.id, row.attempts, message)
        db.session.commit()  # the line in the client's journal, before anything leaves
        return taken


def _read_body(owner: MemberSeat, row: WebhookSending, event: WebhookEvent, now: datetime) -> bytes | None:
    """The body of an event; None for one that may not be sent any more, or that a fault of ours keeps from being read now."""
    sending_id = row.id
    try:
        return write_body(owner, event_of(event), now)
    except NothingToSend as none:
        row.state, row.reason, row.tried_at = SendingState.DROPPED, none.reason, now
    except Exception as error:
        db.session.rollback()
        log.exception("the body of an event could not be read", error=type(error).__name__)
        unread = db.session.scalar(select(WebhookSending).where(WebhookSending.id == sending_id))
        if unread is not None:
            _note_attempt(unread, CallResult(UNREAD, 0), now)
    db.session.commit()
    return None


def _working(address_id: int) -> WebhookAddress | None:
    working = WebhookAddress.state == WebhookState.WORKS, WebhookAddress.ended_at.is_(None)
    return db.session.scalar(select(WebhookAddress).where(WebhookAddress.id == address_id, *working))


def _rests(address: WebhookAddress, now: datetime) -> bool:
    return address.rests_until is not None and now < address.rests_until <= now + LONGEST


def _next_due(address_id: int, now: datetime) -> tuple[WebhookSending, WebhookEvent] | None:
    """The sending that has waited longest; a moment that is too far away was written by a wrong clock."""
    due = or_(WebhookSending.due_at <= now, WebhookSending.due_at > now + LONGEST)
    row = db.session.execute(
        select(WebhookSending, WebhookEvent)
        .join(WebhookEvent, WebhookEvent.id == WebhookSending.event_id)
        .where(WebhookSending.address_id == address_id, WebhookSending.state == SendingState.WAITING, due)
        .order_by(WebhookSending.due_at, WebhookSending.id)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _secrets(address: WebhookAddress, now: datetime) -> tuple[str, ...]:
    """The secret, and the one before as long as both hold."""
    both = address.old_secret and address.old_until is not None and now < address.old_until
    return (address.secret, address.old_secret) if both and address.old_secret else (address.secret,)


def _keep(address_id: int, taken: TakenSending, result: CallResult, now: datetime) -> None:
    """Write the result of an attempt down, unless somebody has begun the sending anew meanwhile."""
    row = db.session.scalar(select(WebhookSending).where(WebhookSending.id == taken.id))
    address = db.session.scalar(select(WebhookAddress).where(WebhookAddress.id == address_id))
    if row is None or address is None:
        return
    if row.state == SendingState.WAITING and row.attempts == taken.attempts:
        _note_attempt(row, result, now)
    if result.good:
        address.failures, address.failing_since, address.rests_until = 0, None, None
    else:
        _note_failure(address, result, now)
    db.session.flush()


def _note_attempt(row: WebhookSending, result: CallResult, now: datetime) -> None:
    row.attempts += 1
    row.answers = [*row.answers, result.answer][-MOST_ANSWERS:]
    row.milliseconds, row.tried_at = result.milliseconds, now
    pause = pause_after(row.attempts, secrets.randbelow(1000) / 1000)
    if result.good:
        row.state = SendingState.SENT
    elif pause is None:
        row.state, row.reason = SendingState.FAILED, "attempts"
    else:
        row.due_at = now + max(pause, result.wait)


def _note_failure(address: WebhookAddress, result: CallResult, now: datetime) -> None:
    """Let an address that fails rest, however much waits for it; one that answers so, or fails for days, gets nothing any more."""
    address.failures += 1
    if address.failing_since is None or address.failing_since > now + CLOCKS_DIFFER:
        address.failing_since = now
    address.rests_until = now + max(rest_after(address.failures), result.wait)
    if result.gone:
        _switch_off(address, WebhookState.GONE, now)
    elif now - address.failing_since >= GIVES_UP and address.failures >= len(PAUSES):
        _switch_off(address, WebhookState.SILENT, now)


def _switch_off(address: WebhookAddress, state: WebhookState, now: datetime) -> None:
    """Send nothing there any more; the owners are notified, and what waited is shown as not sent."""
    if address.state != WebhookState.WORKS:
        return
    address.state, address.changed_at = state, now
    give_up_waiting(address.id)
    services().queue.later(TELL, address.portal_id, address.id)
    log.warning("a webhook was switched off", state=state, failures=address.failures)


def give_up_waiting(address_id: int) -> None:
    """Give up what waits for an address: it is sent again by hand alone."""
    waiting = WebhookSending.address_id == address_id, WebhookSending.state == SendingState.WAITING
    db.session.execute(update(WebhookSending).where(*waiting).values(state=SendingState.FAILED, reason="off"))


def _ask_again(address_id: int) -> None:
    """Ask for the next look at an address, when its rest is over and something is due."""
    now, address = services().clock.now(), _working(address_id)
    waiting = WebhookSending.address_id == address_id, WebhookSending.state == SendingState.WAITING
    soonest = db.session.scalar(select(func.min(WebhookSending.due_at)).where(*waiting))
    if address is None or soonest is None or find_owner(address) is None:
        return
    moments = [soonest, *([address.rests_until] if _rests(address, now) and address.rests_until else [])]
    delay = min(max((max(moments) - now).total_seconds(), 0.0), LONGEST.total_seconds())
    services().queue.later(SEND, address.portal_id, address_id, delay=delay)


def unsent_addresses() -> Iterator[tuple[int, int]]:
    """The addresses for which something waits, by portal; a lost job begins again."""
    query = (
        select(WebhookAddress.portal_id, WebhookAddress.id)
        .where(WebhookAddress.state == WebhookState.WORKS, WebhookAddress.ended_at.is_(None))
        .where(
            select(WebhookSending.id)
            .where(
                WebhookSending.address_id == WebhookAddress.id, WebhookSending.state == SendingState.WAITING
            )
            .exists()
        )
    )
    with every_portal():
        found = db.session.execute(query.order_by(WebhookAddress.id)).all()
    yield from ((portal_id, address_id) for portal_id, address_id in found)


def prune_webhooks() -> int:
    """Forget events of a month ago with all that became of them; returns how many."""
    with every_portal():
        done = db.session.execute(delete(WebhookEvent).where(WebhookEvent.at < services().clock.now() - KEPT))
    db.session.commit()
    return changed_rows(done)
