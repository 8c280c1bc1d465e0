"""Ends what lets a person in from outside, with his role: sessions, keys of the API, feeds, links; pauses his webhooks."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, update

from b24app.database import db
from b24app.integrators.outside.model import ApiToken, GroupFeed, OutsideSession, SignInAddress, SignInLink
from b24app.integrators.webhooks.model import WebhookAddress
from b24app.integrators.webhooks.webhook_states import WebhookState


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
    _close_outgoing(at, user_id)
    db.session.execute(delete(SignInAddress).where(*_of(SignInAddress.__table__.c.user_id, user_id)))


def _close_outgoing(at: datetime, user_id: int | None) -> None:
    """Feeds end for ever; a webhook waits until another owner switches it on under his name."""
    feeds, addresses = GroupFeed.__table__.c, WebhookAddress.__table__.c
    db.session.execute(
        update(GroupFeed)
        .where(GroupFeed.revoked_at.is_(None), *_of(feeds.user_id, user_id))
        .values(revoked_at=at)
    )
    db.session.execute(
        update(WebhookAddress)
        .where(WebhookAddress.state == WebhookState.WORKS, *_of(addresses.user_id, user_id))
        .values(state=WebhookState.OFF, changed_at=at)
    )


def _of(column: ColumnElement[int], user_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if user_id is None else (column == user_id,)
