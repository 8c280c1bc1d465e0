"""What begins a copy automatically: the night, and an activation; and when one is offered before a renewal.

A full chain begins weekly and before a renewal: `reading/chain.py` decides that whenever a copy starts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import select

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, BackupPlan, CopyKind, CopyState
from b24app.backup.proofs.copy_state import CopyStanding, newest_open, newest_read, newest_whole
from b24app.backup.reading.copy_verbs import start_copy
from b24app.checklist.model import AfterStep
from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.portal_rows import PortalRows
from b24app.portals.availability import get_availability
from b24app.portals.model import day_at
from b24app.services import services
from b24app.terms.term import Author

BY_ITSELF = Author(None, "")
"""The author of automatic copies: pages name it in the visitor's language, and such a copy takes no page over while it runs."""
OFFERED_FROM = timedelta(days=14)
OFFERED_AGAIN = timedelta(days=7)
NIGHT = timedelta(hours=6)
"""A copy that was begun within this time is this night's copy."""
AFTER_ACTIVATION = timedelta(days=3)
"""An activation that was noticed later than that does not begin a copy any more."""
log = structlog.get_logger(__name__)


def copy_by_night(portal_id: int) -> None:
    """Begin this night's increment, where a key, a storage and the nights are chosen; what is under way or paused stays so."""
    with portal_scope(portal_id):
        now = services().clock.now()
        if wants_nights() and not _goes_on(now) and not has_copy_of_night(now):
            start_copy(CopyKind.NIGHTLY, by=BY_ITSELF, at=now)


def wants_nights() -> bool:
    """Whether a copy is made every night in the portal of the scope."""
    return read_choices().nightly and _can_begin()


def _can_begin() -> bool:
    """Whether key and storage are there, and data is to be copied."""
    choices = read_choices()
    return choices.with_data and choices.is_ready


def _goes_on(now: datetime) -> bool:
    known = get_availability()
    return newest_open() is not None or known.refused or known.is_left_alone(now)


def has_copy_of_night(now: datetime) -> bool:
    """Whether one was begun in these hours, finished or not; a clock that was put back does not count."""
    newest = newest_read()
    return newest is not None and -CLOCKS_DIFFER <= now - newest.created_at < NIGHT


def copies_after_activation() -> None:
    """Begin a copy in every portal that was activated lately and has one from before; a job for every few minutes."""
    now = services().clock.now()
    lately = AfterStep.activated_at > now - AFTER_ACTIVATION, AfterStep.activated_at <= now
    with every_portal():
        found = db.session.execute(
            select(AfterStep.portal_id, AfterStep.activated_at)
            .join(BackupPlan, BackupPlan.portal_id == AfterStep.portal_id)
            .where(*lately)
            .distinct()
        ).all()
    newest = {row.portal_id: row.activated_at for row in sorted(found, key=lambda row: row.activated_at)}
    for_each_portal([*newest], partial(_after_activation, newest, now))


def _after_activation(activated: dict[int, datetime], now: datetime, portal_id: int) -> None:
    with portal_scope(portal_id):
        made = select(BackupCopy.id).where(
            BackupCopy.kind == CopyKind.AFTER_ACTIVATION, BackupCopy.created_at >= activated[portal_id]
        )
        if newest_whole() is None or not _can_begin() or db.session.scalar(made.limit(1)) is not None:
            return
        if not _goes_on(now):
            start_copy(CopyKind.AFTER_ACTIVATION, by=BY_ITSELF, at=now)
        db.session.flush()


def is_copy_offered(found: CopyStanding, before_renewal: Iterable[datetime]) -> bool:
    """Whether a copy before the renewal is offered: the end is near, and the last one of this kind is a week old or older.

    `before_renewal` are the moments of the copies of this kind.
    """
    if not found.set_up or found.ends_on is None or found.under_way is not None:
        return False
    near = found.ends_on - day_at(found.at) <= OFFERED_FROM
    return near and not any(timedelta(0) <= found.at - at < OFFERED_AGAIN for at in before_renewal)


def copies_before_renewal() -> list[datetime]:
    """When the successful copies before a renewal were begun, in the portal of the scope."""
    return [row.created_at for row in _BEFORE_RENEWAL.read()]


_BEFORE_RENEWAL = PortalRows(
    select(BackupCopy)
    .where(
        BackupCopy.kind == CopyKind.BEFORE_RENEWAL,
        BackupCopy.state.in_((CopyState.DONE, CopyState.UNPROVEN)),
    )
    .order_by(BackupCopy.id.desc())
    .limit(1)
)
"""The newest of them: read by the renewal page with its other small sets, in one statement."""
