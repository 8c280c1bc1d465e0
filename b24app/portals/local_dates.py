"""Calendar days as a portal counts them: terms, marks and deadlines end at its midnight, not at that of UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from b24app.database import current_portal_id, db
from b24app.portals.model import Portal
from b24app.portals.time_zones import VENDORS_ZONE


def day_at(at: datetime, portal_id: int | None = None) -> date:
    """The day of a moment in the time zone of a portal, the current one unless told otherwise."""
    portal = db.session.get(Portal, portal_id or current_portal_id())
    return at.astimezone(ZoneInfo(portal.time_zone if portal else VENDORS_ZONE)).date()
