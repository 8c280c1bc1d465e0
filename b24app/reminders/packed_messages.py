"""A message as a delivery keeps it: JSON that another release may have written, or may read."""

from collections.abc import Mapping
from dataclasses import fields

from pydantic import ValidationError

from b24app.reminders.channels import Message, MessageUnreadable, load_channels
from b24app.stored_values import adapter

_NAMES = frozenset(one.name for one in fields(Message))


def pack(message: Message) -> dict[str, object]:
    """A message as JSON, as a delivery keeps it."""
    kept: dict[str, object] = adapter(Message).dump_python(message, mode="json")
    return kept


def unpack(channel: str, values: object) -> Message:
    """The message of a row, also of a release that knew fewer fields or more.

    Raises MessageUnreadable for one without its subject or lines, and for a channel that this release does not have.
    """
    if not isinstance(values, Mapping) or channel not in load_channels():
        raise MessageUnreadable
    try:
        found: Message = adapter(Message).validate_python(
            {name: value for name, value in values.items() if name in _NAMES}
        )
    except ValidationError:
        raise MessageUnreadable from None
    return found
