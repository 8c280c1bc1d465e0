"""The values before a save, sealed in the address of «Undo»: for ten minutes, and of use in this portal alone."""

import json

from cryptography.fernet import InvalidToken

from b24app.database import Sealed, current_portal_id
from b24app.errors import NotFound

FOR_SECONDS = 600


def seal_for_undo(kept: object) -> str:
    """Seal what JSON can hold; fit for an address."""
    text = json.dumps([current_portal_id(), kept], ensure_ascii=False)
    return Sealed.ring().encrypt(text.encode()).decode()


def open_for_undo(sealed: str) -> object:
    """What was sealed here; raises NotFound for what is too old, forged, or of another portal."""
    try:
        portal_id, kept = json.loads(Sealed.ring().decrypt(sealed.encode(), ttl=FOR_SECONDS))
    except (InvalidToken, ValueError):
        raise NotFound("undo") from None
    if portal_id != current_portal_id():
        raise NotFound("undo")
    return kept
