"""A message as a delivery keeps it: JSON that another release may have written, or may read."""

from collections.abc import Mapping
from dataclasses import fields, replace

from cryptography.fernet import InvalidToken
from pydantic import ValidationError

from b24app.database import Sealed
from b24app.reminders.channels import Message, MessageUnreadable, load_channels
from b24app.stored_values import adapter

_NAMES = frozenset(one.name for one in fields(Message))


def pack(message: Message) -> dict[str, object]:
    """A message as JSON, as a delivery keeps it."""
    kept: dict[str, object] = adapter(Message).dump_python(message, mode="json")
    return kept | {"link": Sealed.ring().encrypt(message.link.encode()).decode()} if message.opens else kept


def unpack(channel: str, values: object) -> Message:
    """The message of a row, also of a release that had fewer fields or more.

    Raises MessageUnreadable for one without its subject or lines, and for a channel that this release does not have.
    """
    if not isinstance(values, Mapping) or channel not in load_channels():
        raise MessageUnreadable
    try:
        found: Message = adapter(Message).validate_python(
            {name: value for name, value in values.items() if name in _NAMES}
        )
        return (
            replace(found, link=Sealed.ring().decrypt(found.link.encode()).decode()) if found.opens else found
        )
    except (ValidationError, InvalidToken):
        raise MessageUnreadable from None
