"""The look for mass losses: once a night after the copy, and within minutes when the portal sends events of deletions.

Jobs call it: it reads what is stored, asks the portal with no transaction open, and keeps what it found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import TargetKind
from b24app.backup.proofs.counted_portal import Counted, count_portal, keep_count, last_count
from b24app.backup.proofs.deletion_events import (
    bind_deletions,
    keep_deletions,
    kept_deletions,
    take_deletions,
    unbind_deletions,
)
from b24app.backup.proofs.emptied_items import name_emptied
from b24app.backup.proofs.loss_finding import find_in_copies, find_in_counts
from b24app.backup.proofs.loss_keeping import GoneItems, note_gone, notify_grown
from b24app.backup.proofs.loss_rules import border
from b24app.backup.proofs.model import MassLoss, WatchedCounts
from b24app.backup.proofs.portal_items import count_items, lists_of, still_there
from b24app.backup.proofs.watched_kinds import CRM_KINDS, kind_number
from b24app.bitrix24.responses import read_integer
from b24app.database import before_network, db, portal_scope
from b24app.errors import PortalError
from b24app.portals.client_factory import open_client, says_administrator
from b24app.rest_client import RestClient
from b24app.services import services

SMART = 128
TAKEN_LATE = timedelta(minutes=5)
"""How long a deletion may wait in the queue of the portal before it is taken."""
log = structlog.get_logger(__name__)


def look_by_night(portal_id: int) -> list[int]:
    """Look at the newest copies and at what the portal counts; returns the losses that are new. Commits."""
    with portal_scope(portal_id):
        if not is_watched():
            _stop_watching(portal_id)
            return []
        at = services().clock.now()
        new = [row.id for row in find_in_copies(at)]
        notify_grown(at)
        db.session.commit()
        try:
            client = open_client(portal_id, background=True)
            new += _look_at_counts(client, at, _bind(client))
        except PortalError as error:
            log.info("the portal could not be looked at for losses", error=type(error).__name__)
        db.session.commit()
        return new


def look_at_deletions(portal_id: int) -> tuple[list[int], bool]:
    """Take what the portal's queue holds and judge it; returns new losses, and whether anything was in the queue. Commits."""
    with portal_scope(portal_id):
        if not is_watched():
            return [], False
        at = services().clock.now()
        notify_grown(at)
        client = open_client(portal_id, background=True)
        told: set[str] = set()
        settings = False
        for page in take_deletions(client):
            told, settings = told | page.items.keys(), settings or page.settings
            keep_deletions(page.items, at)
            before_network()
        kept, earlier = kept_deletions(at), last_count()
        before_network()
        counts = earlier[0].items if earlier else {}
        new = [
            row.id
            for entity in sorted(told)
            for row in _confirmed(client, entity, kept.get(entity, {}), counts, at)
        ]
        if new or settings:
            db.session.commit()
            new += _look_at_counts(client, at)
        db.session.commit()
        return new, bool(told) or settings


def watch_deletions(portal_id: int) -> None:
    """Bind the events of deletions again: an update of the application removes them (event-bind.md). Commits."""
    with portal_scope(portal_id):
        if not is_watched():
            return
        try:
            bound = _bind(open_client(portal_id, background=True))
        except PortalError as error:
            log.info("events of deletions wait for the night", error=type(error).__name__)
            return
        known = last_count()
        if known is not None:
            keep_count(replace(known[0], events=bound), known[1])
        db.session.commit()


def _bind(client: RestClient) -> tuple[str, ...]:
    return bind_deletions(client, f"{services().settings.public_url}/events")


def _stop_watching(portal_id: int) -> None:
    """Unbind the events of deletions after the storage was given up, so that the portal does not fill a queue that is not read."""
    watched = db.session.scalar(select(WatchedCounts))
    if watched is None:
        return
    try:
        unbind_deletions(open_client(portal_id, background=True))
    except PortalError as error:
        log.info("events of deletions stay bound for a night more", error=type(error).__name__)
        return
    db.session.execute(delete(WatchedCounts).where(WatchedCounts.id == watched.id))
    db.session.commit()


def is_watched() -> bool:
    """Whether this portal has a storage for its copy: only then is there anything to put back from."""
    return read_choices().target_kind != TargetKind.NONE


def _confirmed(
    client: RestClient, entity: str, told: Mapping[int, datetime], counts: Mapping[str, int], at: datetime
) -> list[MassLoss]:
    """The loss that events report, if the portal's list confirms it; it is asked only when there are enough of them."""
    if len(told) < border(counts.get(entity, 0)) or not _sees_everything(client):
        return []
    there, left = _left(client, entity, sorted(told))
    if there is None or left is None:
        return []
    ids = tuple(one for one in sorted(told) if one not in there)
    before, since = max(counts.get(entity, 0), left + len(ids)), min(told.values(), default=at) - TAKEN_LATE
    row = note_gone(GoneItems(entity, len(ids), before, since, ids), at) if ids else None
    db.session.commit()
    return [row] if row is not None else []


def _left(client: RestClient, entity: str, ids: Sequence[int]) -> tuple[set[int] | None, int | None]:
    """Which of these items exist, and how many of the kind; of a deleted smart process none."""
    number, types = kind_number(entity), None
    if number is not None and entity not in CRM_KINDS:
        types = smart_processes(client)
    if types is not None and number not in types:
        return set(), 0
    lists = lists_of(client, [entity])[entity]
    return still_there(client, lists, ids), count_items(client, entity, lists)


def _look_at_counts(client: RestClient, at: datetime, events: Sequence[str] = ()) -> list[int]:
    """Compare what the portal counts now with the look before, and keep it for the next."""
    earlier = last_count()
    before_network()
    before, since = earlier or (Counted(), at)
    now = count_portal(client, smart_processes(client), before, at.toordinal())
    if not now.complete_rights:
        return []
    found = [row.id for row in find_in_counts(before, now, since, at)]
    keep_count(replace(now, events=events).after(before), at)
    name_emptied(client, since)
    return found


def _sees_everything(client: RestClient) -> bool:
    return says_administrator(client.call("profile").result)


def smart_processes(client: RestClient) -> dict[int, str] | None:
    """All types of the portal's own; None when it does not return them."""
    try:
        rows = list(client.rows("crm.type.list"))
    except PortalError as error:
        if error.retryable:
            raise
        return None
    found = {read_integer(row.get("entityTypeId")): str(row.get("title") or "") for row in rows}
    return {number: title for number, title in found.items() if number is not None and number >= SMART}
