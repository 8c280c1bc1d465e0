"""Events of deletions: kept by the portal in its offline queue, which notifies us at most once a minute that it is not empty.

So five hundred deals deleted at once are one message and a few requests, not five hundred. Events are evidence: what they
name is looked up in the portal's own lists, and only what is missing there was deleted. Sources: events/offline-events.md,
events/on-offline-event.md, events/event-offline-get.md, and the page of each event.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from b24app.backup.proofs.model import DeletedItem
from b24app.backup.proofs.watched_events import EVENTS, SETTING_EVENTS, named_item
from b24app.bitrix24.responses import Answer, Command
from b24app.database import db
from b24app.json_values import Json, is_array, is_object
from b24app.portals.install import OFFLINE_QUEUE, bind_event
from b24app.rest_client import RestClient

PAGE = 50
MOST_PAGES = 200
LOOKED_BACK = timedelta(hours=24)
"""Deletions within a day belong together."""


def bind_deletions(client: RestClient, handler: str) -> tuple[str, ...]:
    """Bind events that are not bound yet; returns all bound ones. An older portal may lack an event, which is no failure."""
    bound = _bound(client)
    wanted = {
        name: Command("event.bind", {"event": name, "event_type": "offline"})
        for name in sorted(EVENTS)
        if name not in bound
    }
    if OFFLINE_QUEUE not in bound:
        wanted[OFFLINE_QUEUE] = bind_event(OFFLINE_QUEUE, handler)
    answers = client.batch(wanted) if wanted else {}
    now = bound | {name for name, answer in answers.items() if isinstance(answer, Answer)}
    return tuple(sorted(now & EVENTS)) if OFFLINE_QUEUE in now else ()


def unbind_deletions(client: RestClient) -> None:
    """Unbind the offline handlers when no copy is made any more."""
    client.batch(
        {name: Command("event.unbind", {"event": name, "event_type": "offline"}) for name in sorted(EVENTS)}
    )


def _bound(client: RestClient) -> set[str]:
    rows = client.call("event.get").result
    return {str(row.get("event")).upper() for row in rows if is_object(row)} if is_array(rows) else set()


@dataclass(frozen=True, slots=True)
class QueuedDeletions:
    """One page of the queue: ids by kind of item, and whether a type or a field was deleted."""

    items: Mapping[str, set[int]]
    settings: bool = False


def take_deletions(client: RestClient) -> Iterator[QueuedDeletions]:
    """Take what waits in the queue, page by page; entries without an id of an item are skipped.

    The portal forgets a page when it returns it: keep each one before the next is asked for.
    """
    for _ in range(MOST_PAGES):
        answer = client.call("event.offline.get", {"clear": 1, "limit": PAGE}).result
        events = answer.get("events") if is_object(answer) else None
        rows: Sequence[Json] = events if is_array(events) else ()
        yield _read_deletions(rows)
        if len(rows) < PAGE:
            break


def _read_deletions(rows: Sequence[Json]) -> QueuedDeletions:
    found: dict[str, set[int]] = {}
    settings = False
    for row in rows:
        if not is_object(row):
            continue
        name = str(row.get("EVENT_NAME")).upper()
        settings = settings or name in SETTING_EVENTS
        if (item := named_item(name, row.get("EVENT_DATA"))) is not None:
            found.setdefault(item[0], set()).add(item[1])
    return QueuedDeletions(found, settings)


def keep_deletions(found: Mapping[str, set[int]], at: datetime) -> None:
    """Keep evidence for a day; an item that is reported twice is kept once."""
    db.session.execute(delete(DeletedItem).where(DeletedItem.seen_at < at - LOOKED_BACK))
    for entity, ids in found.items():
        known = set(db.session.scalars(select(DeletedItem.item_id).where(DeletedItem.entity == entity)))
        for item_id in sorted(ids - known):
            try:
                with db.session.begin_nested():
                    db.session.add(DeletedItem(entity=entity, item_id=item_id, seen_at=at))
            except IntegrityError:
                continue


def kept_deletions(at: datetime) -> dict[str, dict[int, datetime]]:
    """The items whose deletion was reported within a day, by kind, with the moment; a moment of the future counts too."""
    rows = db.session.scalars(select(DeletedItem).where(DeletedItem.seen_at >= at - LOOKED_BACK))
    found: dict[str, dict[int, datetime]] = {}
    for row in rows:
        found.setdefault(row.entity, {})[row.item_id] = row.seen_at
    return found
