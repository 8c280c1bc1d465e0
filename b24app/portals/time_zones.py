"""Time zones that portals name and this machine knows."""

import functools
from zoneinfo import available_timezones

VENDORS_ZONE = "Europe/Moscow"


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str) -> str:
    """The name when it is a zone we know, otherwise nothing."""
    return name if name in _names() else ""
