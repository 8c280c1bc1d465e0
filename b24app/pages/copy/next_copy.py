"""When the night begins the next copy of the portal of the scope."""

from datetime import datetime

from b24app.backup.proofs.triggers import has_copy_of_night
from b24app.database import current_portal_id, db
from b24app.jobs.night import next_night
from b24app.portals.model import Portal


def next_copy_at(now: datetime) -> datetime:
    """The moment of the next night that has no copy yet."""
    portal = db.session.get_one(Portal, current_portal_id())
    night = next_night(portal.id, portal.time_zone, now)
    return next_night(portal.id, portal.time_zone, night) if has_copy_of_night(night) else night
