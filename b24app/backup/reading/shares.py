"""Which part of a portal's bucket a copy may take, by the portal's own time of day. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

DAY_SHARE, NIGHT_SHARE = 0.3, 0.8
NIGHT_BEGINS, NIGHT_ENDS = 22, 7


def is_night(at: datetime, zone: str) -> bool:
    """Whether people of a portal hardly work at this moment."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def share_at(at: datetime, zone: str) -> float:
    """The share at a moment: less in working hours."""
    return NIGHT_SHARE if is_night(at, zone) else DAY_SHARE
