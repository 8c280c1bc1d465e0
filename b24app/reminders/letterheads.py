"""Letters in somebody else's name: the name and address above them, and the mail server by which they leave. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN_SERVER = "own mail server"
"""The server that rests while it is silent: this portal's own one, never the one that all share."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How a letter in another's name is sent: where answers go, and whether his own mail server takes it."""

    reply_to: str = ""
    own_server: bool = False


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail server of the portal's own, and the address that its letters come from."""

    url: str = field(repr=False)
    sender: str


def sends_by_own(message: object) -> bool:
    """Whether a kept message leaves by the portal's own mail server."""
    head = message.get("letterhead") if isinstance(message, Mapping) else None
    return isinstance(head, Mapping) and head.get("own_server") is True
