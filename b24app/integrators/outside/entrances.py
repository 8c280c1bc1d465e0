"""Ends what lets a person in from outside, with his role: sessions, keys of the API, links that were not used yet."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, update

from b24app.database import db
from b24app.integrators.outside.model import ApiToken, OutsideSession, SignInAddress, SignInLink


def close_entrances(at: datetime, user_id: int | None = None) -> None:
    """End every session, key and link of a person of the portal in scope, or of all its people; none comes back with a role."""
    sessions, keys, links = OutsideSession.__table__.c, ApiToken.__table__.c, SignInLink.__table__.c
    db.session.execute(
        update(OutsideSession)
        .where(OutsideSession.ended_at.is_(None), *_of(sessions.user_id, user_id))
        .values(ended_at=at)
    )
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.revoked_at.is_(None), *_of(keys.user_id, user_id))
        .values(revoked_at=at)
    )
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.used_at.is_(None), *_of(links.user_id, user_id))
        .values(used_at=at)
    )
    db.session.execute(delete(SignInAddress).where(*_of(SignInAddress.__table__.c.user_id, user_id)))


def _of(column: ColumnElement[int], user_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if user_id is None else (column == user_id,)
