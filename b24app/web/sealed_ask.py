"""A request of an integrator, sealed in the addresses of the portal where its code was entered, for a day."""

import json

from cryptography.fernet import InvalidToken

from b24app.database import Sealed, current_portal_id

FOR_SECONDS = 86_400
WHAT = "ask"


def seal_ask(digest: str) -> str:
    """Seal the digest of a request for the portal in scope; fit for an address."""
    return Sealed.ring().encrypt(json.dumps([WHAT, current_portal_id(), digest]).encode()).decode()


def open_ask(sealed: str) -> str:
    """The digest that was sealed for the portal in scope; nothing for what is too old, forged, or of another portal."""
    try:
        what, portal_id, digest = json.loads(Sealed.ring().decrypt(sealed.encode(), ttl=FOR_SECONDS))
    except (InvalidToken, ValueError, TypeError):
        return ""
    return str(digest) if (what, portal_id) == (WHAT, current_portal_id()) else ""
