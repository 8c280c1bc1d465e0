"""Events of portals: checked by the stored application token, put aside at once, worked on later."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from structlog.contextvars import bind_contextvars

from b24app.database import db
from b24app.each_portal import for_each_portal
from b24app.portals.addresses import check_server
from b24app.portals.incoming_forms import EventPost, RefusalReason, refusal
from b24app.portals.install import DEAL_CHANGED
from b24app.portals.model import EventIn, InstallStatus, Portal, find_portal
from b24app.services import services

# These two bring the first or a changed application token, so their access token is asked about instead.
CONFIRMED_ONLINE = frozenset({"ONAPPINSTALL", "ONAPPUPDATE"})
UNINSTALL, TEST = "ONAPPUNINSTALL", "ONAPPTEST"
FORGOTTEN = (TEST, DEAL_CHANGED)
"""Events that come often and only make us look: a replay of one does nothing.

Two changes of a deal within a second have the same event text, so each of those counts, a replay too.
"""
QUESTION_LIVES = timedelta(hours=1)


class Receipt(StrEnum):
    """What became of an event: taken, or the same one had come before."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"


def receive(post: EventPost) -> Receipt:
    """Take an event or refuse it; nothing is asked of anybody here, so the answer is immediate."""
    name = post.event.upper()
    if name not in (*services().manifest.events, DEAL_CHANGED):
        raise refusal(RefusalReason.UNKNOWN_EVENT)
    portal = find_portal(post.auth.member_id)
    bind_contextvars(portal=portal.domain if portal else post.auth.member_id)
    if portal is None or not portal.is_proven_by(post.auth.application_token):
        if name == UNINSTALL and portal is not None and portal.status != InstallStatus.DELETED:
            if _is_being_asked(post.auth.member_id):
                return Receipt.REPEATED
        else:
            _admit_unconfirmed(name, post)
    row = EventIn(
        digest=secrets.token_hex(32) if name == DEAL_CHANGED else digest(post),
        member_id=post.auth.member_id,
        name=name,
        mark=_mark(post),
        received_at=services().clock.now(),
        payload=post.model_dump_json(),
    )
    if db.session.scalar(select(EventIn.id).where(EventIn.digest == row.digest)):
        return Receipt.REPEATED
    return put_aside(row)


def put_aside(row: EventIn) -> Receipt:
    """Store an event, queue its work and commit, so that the answer is immediate; the database refuses the same one twice."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return Receipt.REPEATED
    services().queue.later("take_event", row.id)
    db.session.commit()
    return Receipt.ACCEPTED


def _is_being_asked(member_id: str) -> bool:
    """Whether the server is being asked about an uninstall already; a question that a dead worker left ends by itself."""
    open_one = select(EventIn.id).where(
        EventIn.member_id == member_id,
        EventIn.name == UNINSTALL,
        EventIn.done_at.is_(None),
        EventIn.received_at > services().clock.now() - QUESTION_LIVES,
    )
    return db.session.scalar(open_one.limit(1)) is not None


def _admit_unconfirmed(name: str, post: EventPost) -> None:
    if name not in CONFIRMED_ONLINE or not post.auth.access_token or not post.auth.application_token:
        raise refusal(RefusalReason.NOT_GENUINE)
    check_server(post.auth.server_endpoint)


def digest(post: EventPost) -> str:
    """What makes an event the same event: a repeated delivery or a replay has the same one."""
    parts = [
        post.event,
        post.auth.member_id,
        post.ts,
        post.event_handler_id,
        post.data,
        post.auth.application_token,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _mark(post: EventPost) -> str:
    """The mark that `event.test` sent with ONAPPTEST, so that its sender finds it again."""
    query = post.data.get("QUERY")
    mark = query.get("mark") if isinstance(query, dict) else None
    return "".join(filter(str.isalnum, mark))[:64] if isinstance(mark, str) else ""


def prune_test_events() -> int:
    """Forget test events and those of changed deals that are as old as the call log may be; returns how many."""
    oldest = services().clock.now() - timedelta(days=services().settings.keep_call_log_days)
    old = (EventIn.name.in_(FORGOTTEN), EventIn.received_at < oldest)
    found = db.session.scalars(
        select(Portal.id).join(EventIn, Portal.member_id == EventIn.member_id).where(*old).distinct()
    ).all()
    return sum(gone or 0 for gone in for_each_portal(found, partial(_prune, oldest)))


def _prune(oldest: datetime, portal_id: int) -> int:
    member_id = db.session.get_one(Portal, portal_id).member_id
    old = (EventIn.member_id == member_id, EventIn.name.in_(FORGOTTEN), EventIn.received_at < oldest)
    gone = db.session.execute(delete(EventIn).where(*old).returning(EventIn.id))
    return len(gone.all())
