"""A message as it lies in the database between the moment it fell due and the moment it is sent."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from pydantic import ValidationError

from b24app.errors import AppError
from b24app.reminders.channels import Message
from b24app.reminders.reminder_settings import CHANNELS
from b24app.stored_values import adapter
from b24app.text.messages import N_

NAMES = frozenset(field.name for field in fields(Message))


class LetterUnreadable(AppError):
    """A letter that another release wrote, or a way to send it, that this one does not know."""

    public = N_("The letter was written by another version of the application and cannot be read.")


def pack(letter: Message) -> dict[str, Any]:
    """The letter as JSON."""
    values = asdict(letter)
    values["lines"] = list(letter.lines)
    values["deadline"] = letter.deadline.isoformat() if letter.deadline else None
    return values


def unpack(channel: str, values: object) -> Message:
    """The letter of a row, also of a release that knew fewer fields or more; one without its subject or lines is not sent half empty.

    Raises LetterUnreadable, also for a channel that this release does not have.
    """
    if not isinstance(values, Mapping) or channel not in CHANNELS:
        raise LetterUnreadable
    try:
        found: Message = adapter(Message).validate_python(
            {name: value for name, value in values.items() if name in NAMES}
        )
    except ValidationError:
        raise LetterUnreadable from None
    return found
