"""Events of portals: checked by the stored application token, put aside at once, worked on later."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from structlog.contextvars import bind_contextvars

from b24app.database import db
from b24app.each_portal import alone
from b24app.portals.addresses import check_server
from b24app.portals.incoming_forms import EventPost, RefusalReason, refusal
from b24app.portals.model import EventIn, InstallStatus, Portal, find_portal
from b24app.services import services

# These two bring the first or a changed application token, so their access token is asked about instead.
CONFIRMED_ONLINE = frozenset({"ONAPPINSTALL", "ONAPPUPDATE"})
UNINSTALL = "ONAPPUNINSTALL"
QUESTION_LIVES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an event: `accepted`, or `repeated` when the same one had come before."""

    word: str
    event_id: int | None = None


def receive(post: EventPost) -> Received:
    """Take an event or refuse it; nothing is asked of anybody here, so the answer is immediate."""
    name = post.event.upper()
    if name not in services().manifest.events:
        raise refusal(RefusalReason.UNKNOWN_EVENT)
    portal = find_portal(post.auth.member_id)
    bind_contextvars(portal=portal.domain if portal else post.auth.member_id)
    if not is_genuine(portal, post):
        if name == UNINSTALL and portal is not None and portal.status != InstallStatus.DELETED:
            if _is_being_asked(post.auth.member_id):
                return Received("repeated")
        else:
            _admit_unconfirmed(name, post)
    row = EventIn(
        digest=digest(post),
        member_id=post.auth.member_id,
        name=name,
        mark=_mark(post),
        received_at=services().clock.now(),
        payload=post.model_dump_json(),
    )
    if db.session.scalar(select(EventIn.id).where(EventIn.digest == row.digest)):
        return Received("repeated")
    return put_aside(row)


def put_aside(row: EventIn) -> Received:
    """Store an event and queue its work; the database itself refuses the same one twice."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return Received("repeated")
    services().queue.later("take_event", row.id)
    db.session.commit()
    return Received("accepted", row.id)


def is_genuine(portal: Portal | None, post: EventPost) -> bool:
    """Whether the event carries the application token of a portal that has the application."""
    if portal is None or not portal.application_token or portal.status == InstallStatus.DELETED:
        return False
    return secrets.compare_digest(portal.application_token.encode(), post.auth.application_token.encode())


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
    """The word that `event.test` sent with ONAPPTEST, so that its sender finds it again."""
    query = post.data.get("QUERY")
    mark = query.get("mark") if isinstance(query, dict) else None
    return "".join(filter(str.isalnum, mark))[:64] if isinstance(mark, str) else ""


def prune_test_events() -> int:
    """Forget echoes of test events as old as the log of calls may be; returns how many. A replay of one does nothing."""
    oldest = services().clock.now() - timedelta(days=services().settings.keep_call_log_days)
    old = (EventIn.name == "ONAPPTEST", EventIn.received_at < oldest)
    found = db.session.execute(
        select(Portal.id, EventIn.member_id)
        .join(Portal, Portal.member_id == EventIn.member_id)
        .where(*old)
        .distinct()
    ).all()
    db.session.commit()
    return sum(alone(portal_id, partial(_prune, member_id, oldest)) or 0 for portal_id, member_id in found)


def _prune(member_id: str, oldest: datetime, _portal_id: int) -> int:
    gone = db.session.execute(
        delete(EventIn).where(
            EventIn.member_id == member_id, EventIn.name == "ONAPPTEST", EventIn.received_at < oldest
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
