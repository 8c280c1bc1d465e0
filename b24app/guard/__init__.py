"""The address guard: which places out there may be spoken to, judged when saved and judged again when dialled.

An address is parsed (`places`), its numbers are judged (`blocks`), an operator's own list opens more (`trust`), and a
connection goes to the judged numbers alone (`guard`, `sessions`). Portals, webhooks, looks at shops: all come through here.
"""

from b24app.guard.address_guard import ENTERED, PORTALS, SITES, Guard, Resolve, Rule, resolve_host
from b24app.guard.place_refused import SENTENCES, PlaceRefused
from b24app.guard.places import Place, read_authority, read_place
from b24app.guard.sessions import open_session
from b24app.guard.trust import Trust, read_trust

__all__ = [
    "ENTERED",
    "PORTALS",
    "SENTENCES",
    "SITES",
    "Guard",
    "Place",
    "PlaceRefused",
    "Resolve",
    "Rule",
    "Trust",
    "open_session",
    "read_authority",
    "read_place",
    "read_trust",
    "resolve_host",
]
