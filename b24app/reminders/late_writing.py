"""Messages that are written at the moment of sending: their content is judged then, not when they were kept.

The outbox keeps such a message without its text. Whoever writes it declares itself here, by the code of its kind; rooms above
this one declare themselves when they are imported, as the list of jobs does.
"""

from collections.abc import Callable

from b24app.reminders.channels import Message, MessageUnreadable, Recipient
from b24app.reminders.kinds import find_kind

Writer = Callable[[Message, Recipient, str], Message]
_WRITERS: dict[str, Writer] = {}


def writes(code: str) -> Callable[[Writer], Writer]:
    """Declare the writer of the messages of a kind; it raises NothingLeft where there is nothing to send any more."""

    def declare(writer: Writer) -> Writer:
        _WRITERS[code] = writer
        return writer

    return declare


def write_late(message: Message, to: Recipient, channel: str) -> Message:
    """The message as it leaves by a channel; raises MessageUnreadable when its kind is written late and has no writer."""
    if not find_kind(message.code).written_late:
        return message
    writer = _WRITERS.get(message.code)
    if writer is None:
        raise MessageUnreadable
    return writer(message, to, channel)
