"""Jobs of mass losses: the look of the night, the look after the portal's event of deletions, and notices about copies."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.backup.proofs.loss_watch import look_at_deletions, look_by_night
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import untold_losses
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.job import Ids, Job, Lane
from b24app.reminders.kinds.mass_loss import notify_copy_damaged, notify_mass_loss, notify_missed_nights
from b24app.services import services

NEXT_LOOK = 90.0
"""Seconds until the queue is read again while it brings something: what is deleted takes its time."""


def look_for_losses(portal_id: int) -> None:
    """Look at the newest copy and at the portal's counts, and notify of new losses."""
    look_by_night(portal_id)
    notify_losses(portal_id)


def look_at_queue(portal_id: int) -> None:
    """Look at what the portal's queue of deletions holds; as long as it brings something, look again soon."""
    _, more = look_at_deletions(portal_id)
    if more:
        services().queue.later("look_at_deletions", portal_id, delay=NEXT_LOOK)
        db.session.commit()
    notify_losses(portal_id)


def notify_losses(portal_id: int) -> None:
    """Notify of every loss that was not reported yet."""
    with portal_scope(portal_id):
        waiting = untold_losses()
        db.session.commit()
    if waiting:
        notify_mass_loss(portal_id, waiting)


def unfinished_losses() -> Iterator[Ids]:
    """Portals with a loss that was found and not reported: the worker was killed in between."""
    untold = MassLoss.told_at.is_(None), MassLoss.closed_at.is_(None)
    with every_portal():
        found = db.session.scalars(select(MassLoss.portal_id).where(*untold).distinct()).all()
    for portal_id in found:
        with portal_scope(portal_id):
            yield (portal_id,)


JOBS = (
    Job("look_for_losses", look_for_losses, lane=Lane.NIGHTLY, night=True),
    Job("look_at_deletions", look_at_queue),
    Job("tell_losses", notify_losses, lane=Lane.REMINDERS, unfinished=unfinished_losses),
    Job("tell_copy_damaged", notify_copy_damaged, lane=Lane.REMINDERS),
    Job("tell_missed_nights", notify_missed_nights, lane=Lane.REMINDERS, night=True),
)
