"""Sessions outside the portal: begun by a proven sign-in, eight hours long, ended at once by the person or with his role."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal, portal_scope
from b24app.errors import NotFound
from b24app.input_limits import clean_text, one_line
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.outside.model import OutsideSession

LIVES = timedelta(hours=8)
BY_PORTAL, BY_LINK = "portal", "link"


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session; `way` is how the person proved who he is."""

    id: int
    portal_id: int
    user_id: int
    way: str
    agent: str
    made_at: datetime
    ends_at: datetime


def begin_session(seat: MemberSeat, way: str, agent: str, at: datetime) -> str:
    """Begin a session of a person with a seat; the secret of its cookie, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    with portal_scope(seat.portal_id):
        row = OutsideSession(digest=digest_of(secret), user_id=seat.user_id, way=way, made_at=at)
        row.ends_at, row.agent = at + LIVES, clean_text(one_line(agent), 200)
        db.session.add(row)
        db.session.flush()
    return secret


def digest_of(secret: str) -> str:
    """The digest that is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def find_session(secret: str, at: datetime) -> SessionView | None:
    """The living session of a cookie whose person still has a role; nothing for anything else.

    A session that begins later than now was written by another clock, and gives nothing either.
    """
    if not secret:
        return None
    with every_portal():
        row = db.session.scalar(select(OutsideSession).where(OutsideSession.digest == digest_of(secret)))
    if row is None or row.ended_at is not None or not row.made_at - CLOCKS_DIFFER <= at < row.ends_at:
        return None
    if find_seat(row.portal_id, row.user_id) is None:
        return None
    return _view(row)


def list_sessions(user_id: int, at: datetime) -> tuple[SessionView, ...]:
    """The living sessions of a person of the portal in scope, newest first."""
    rows = db.session.scalars(
        select(OutsideSession)
        .where(OutsideSession.user_id == user_id, OutsideSession.ended_at.is_(None))
        .where(OutsideSession.ends_at > at)
        .order_by(OutsideSession.id.desc())
    )
    return tuple(_view(row) for row in rows)


def end_session(session_id: int, user_id: int, at: datetime) -> None:
    """End one session of a person of the portal in scope at once; raises NotFound for another's."""
    row = db.session.scalar(
        select(OutsideSession).where(OutsideSession.id == session_id, OutsideSession.user_id == user_id)
    )
    if row is None:
        raise NotFound
    row.ended_at = row.ended_at or at
    db.session.flush()


def _view(row: OutsideSession) -> SessionView:
    return SessionView(row.id, row.portal_id, row.user_id, row.way, row.agent, row.made_at, row.ends_at)
