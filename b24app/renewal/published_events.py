"""Events that calendar feeds have published: each keeps its identity, is numbered anew when it changes, and is cancelled when it is withdrawn.

Calendars that subscribe take the higher SEQUENCE, and keep an event that merely vanishes; so the feed keeps what it published. Runs in
the scope of the feed's own portal, flushes and leaves the commit to the edge.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.portals.model import day_at
from b24app.renewal import model
from b24app.single_rows import single_row
from b24app.text.messages import NOTHING, Sentence

SECOND = timedelta(seconds=1)
TOLD_CANCELLED = timedelta(days=90)
"""How long a withdrawn event is published as cancelled: a calendar that has not asked for three months begins anew."""


@dataclass(frozen=True, slots=True)
class WantedEvent:
    """An event as the feed should have it; `uid` is used when it is published for the first time, `since` is when its day was entered."""

    key: str
    uid: str
    day: date
    title: Sentence
    since: datetime

    @property
    def digest(self) -> str:
        """The digest of its content, in no language: two subscribers of two languages read one event."""
        return hashlib.sha256(repr((self.day, self.title)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event as the feed gives it; a cancelled one has no title."""

    uid: str
    day: date
    title: Sentence
    sequence: int
    changed_at: datetime

    @property
    def cancelled(self) -> bool:
        """Whether it was withdrawn."""
        return not self.title


def publish_events(
    feed: str, wanted: Iterable[WantedEvent], at: datetime, *, hide: bool = False
) -> tuple[PublishedEvent, ...]:
    """The events of a feed, those withdrawn lately as well; `hide` forgets the day of what is withdrawn.

    Two requests may publish the same event for the first time: the later one reads what the earlier has kept.
    """
    events = tuple(wanted)
    try:
        return tuple(_publish(feed, events, at, hide=hide))
    except IntegrityError:
        db.session.rollback()
        return tuple(_publish(feed, events, at, hide=hide))


def _publish(
    feed: str, wanted: tuple[WantedEvent, ...], at: datetime, *, hide: bool
) -> Iterator[PublishedEvent]:
    query = select(model.CalendarEvent).where(model.CalendarEvent.feed == feed)
    rows = {row.key: row for row in db.session.scalars(query.order_by(model.CalendarEvent.id))}
    told = [(_updated(feed, rows.pop(event.key, None), event, at), event.title) for event in wanted]
    for row in rows.values():
        if row.withdrawn_at is None:
            _withdraw(row, at, hide=hide)
        elif at - row.withdrawn_at > TOLD_CANCELLED:
            db.session.delete(row)
            continue
        told.append((row, NOTHING))
    db.session.flush()
    for row, title in told:
        yield PublishedEvent(row.uid, row.day, title, row.sequence, row.changed_at)


def _updated(
    feed: str, row: model.CalendarEvent | None, event: WantedEvent, at: datetime
) -> model.CalendarEvent:
    """The row of an event that is wanted, updated to its present content."""
    if row is None:
        row = model.CalendarEvent(feed=feed, key=event.key, uid=event.uid, sequence=0)
        row.changed_at = min(event.since, at)
        db.session.add(row)
    elif row.digest != event.digest or row.withdrawn_at is not None:
        row.sequence += 1
        row.changed_at = event.since if row.changed_at < event.since <= at else max(at, row.changed_at)
    row.day, row.digest, row.withdrawn_at = event.day, event.digest, None
    return row


def _withdraw(row: model.CalendarEvent, at: datetime, *, hide: bool) -> None:
    row.sequence += 1
    row.withdrawn_at, row.changed_at, row.digest = at, max(at, row.changed_at), ""
    if hide:
        row.day = day_at(at, row.portal_id)


def given_feed(feed: str, form: str) -> tuple[str, str, datetime] | None:
    """The state that a feed was made of last, the tag of its content, and since when it is so; `form` is its kind and language."""
    query = select(model.GivenFeed).where(model.GivenFeed.feed == feed, model.GivenFeed.form == form)
    row = db.session.scalar(query)
    return (row.state, row.tag, row.changed_at) if row is not None else None


def note_given(feed: str, form: str, state: str, tag: str, *, since: datetime, at: datetime) -> datetime:
    """Store the state and the tag of a form of the feed, and return since when it has this content; `since` the first time.

    Another content is later by a second at least: askers who send a moment and no tag would keep what they have, after a
    clock that was set back and after two changes within one second.
    """
    row = single_row(model.GivenFeed, begins={"changed_at": min(since, at)}, feed=feed, form=form)
    if row.tag and row.tag != tag:
        row.changed_at = max(at, row.changed_at + SECOND)
    row.state, row.tag = state, tag
    db.session.flush()
    return row.changed_at


def event_uid(name: str) -> str:
    """The identity of an event that is published for the first time."""
    return hashlib.sha256(name.encode()).hexdigest()[:32] + "@renewal-without-downtime"


def tag_of(content: bytes) -> str:
    """The tag of a content: the same bytes, the same tag."""
    return hashlib.sha256(content).hexdigest()[:32]
