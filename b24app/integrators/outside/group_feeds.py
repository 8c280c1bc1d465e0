"""Feeds of groups: a secret address each, kept as its digest, for the person who made it as long as he has his role."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal
from b24app.errors import BadInput, NotFound
from b24app.integrators.client_groups import get_group
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.model import ClientGroup
from b24app.integrators.outside.api_tokens import DAYS, USED_AGAIN, digest_of
from b24app.integrators.outside.model import GroupFeed
from b24app.integrators.rights import Right
from b24app.terms.term import Author
from b24app.text.messages import N_

MOST_FEEDS = 20


@dataclass(frozen=True, slots=True)
class FeedView:
    """One feed as its page shows it; `group` is empty where it is of all clients."""

    id: int
    group_id: int | None
    group: str
    start: str
    user_id: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Whether anything is read by it at this moment."""
        return self.revoked_at is None and self.made_at - CLOCKS_DIFFER <= now < self.expires_at


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Who reads by a feed: the seat of its person now, and the feed."""

    seat: MemberSeat
    feed: FeedView


def make_feed(group_id: int | None, days: int, *, by: Author, at: datetime) -> tuple[str, FeedView]:
    """Make a feed of the portal in scope; its address is shown this once. Raises BadInput by field."""
    if days not in DAYS:
        raise BadInput(N_("Choose 30, 90 or 365 days."), "days")
    _check_group(group_id)
    if len([one for one in list_feeds() if one.lives(at)]) >= MOST_FEEDS:
        raise BadInput(N_("There are twenty feeds already: close one first."), "group")
    secret = secrets.token_urlsafe(32)
    row = GroupFeed(
        group_id=group_id,
        digest=digest_of(secret),
        start=secret[:6],
        user_id=by.user_id or 0,
        made_by=by.name,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    return secret, _view(row, "")


def _check_group(group_id: int | None) -> None:
    try:
        if group_id is not None:
            get_group(group_id)
    except NotFound:
        raise BadInput(N_("There is no such group any more."), "group") from None


def renew_feed(feed_id: int, *, by: Author, at: datetime) -> str:
    """Give a feed another address, for as long as it was made for; the old one opens nothing from now on. Raises NotFound."""
    row = _row(feed_id)
    if row.revoked_at is not None:
        raise NotFound("feed")
    secret = secrets.token_urlsafe(32)
    lasts = row.expires_at - row.made_at
    row.digest, row.start = digest_of(secret), secret[:6]
    row.user_id, row.made_by, row.made_at, row.expires_at = by.user_id or 0, by.name, at, at + lasts
    row.used_at = None
    db.session.flush()
    return secret


def revoke_feed(feed_id: int, at: datetime) -> None:
    """Close a feed at once; raises NotFound."""
    row = _row(feed_id)
    row.revoked_at = row.revoked_at or at
    db.session.flush()


def list_feeds() -> tuple[FeedView, ...]:
    """The feeds of the portal in scope, newest first."""
    named = select(GroupFeed, ClientGroup.name).outerjoin(ClientGroup, ClientGroup.id == GroupFeed.group_id)
    rows = db.session.execute(named.order_by(GroupFeed.id.desc())).all()
    return tuple(_view(row, name or "") for row, name in rows)


def find_reader(secret: str, at: datetime) -> FeedReader | None:
    """The reader of this address; None for one that is unknown, over, closed, or whose person sees no terms any more."""
    with every_portal():
        row = db.session.scalar(select(GroupFeed).where(GroupFeed.digest == digest_of(secret)))
        if row is None or not _view(row, "").lives(at):
            return None
        seat = find_seat(row.portal_id, row.user_id)
        if seat is None or Right.TERMS not in seat.rights:
            return None
        if row.used_at is None or not timedelta() <= at - row.used_at < USED_AGAIN:
            row.used_at = at
            db.session.flush()
        return FeedReader(seat, _view(row, ""))


def _row(feed_id: int) -> GroupFeed:
    row = db.session.scalar(select(GroupFeed).where(GroupFeed.id == feed_id))
    if row is None:
        raise NotFound("feed")
    return row


def _view(row: GroupFeed, group: str) -> FeedView:
    return FeedView(
        row.id,
        row.group_id,
        group,
        row.start,
        row.user_id,
        row.made_by,
        row.made_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
