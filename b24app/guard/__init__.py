"""The address guard: which addresses may be called, judged when saved and judged again when a connection is made.

An address is parsed and its numbers are judged in `places`, an operator's own list opens more and connections go to
the judged numbers alone (`address_guard`, `sessions`, which alone needs HTTP). Portals, webhooks and checks of shop sites all use it.
"""

from b24app.guard.address_guard import (
    ENTERED,
    PORTALS,
    SFTP,
    SITES,
    Guard,
    Resolve,
    Rule,
    Trust,
    read_trust,
    resolve_host,
)
from b24app.guard.places import SENTENCES, Place, PlaceRefused, read_authority, read_place

__all__ = [
    "ENTERED",
    "PORTALS",
    "SENTENCES",
    "SFTP",
    "SITES",
    "Guard",
    "Place",
    "PlaceRefused",
    "Resolve",
    "Rule",
    "Trust",
    "read_authority",
    "read_place",
    "read_trust",
    "resolve_host",
]
