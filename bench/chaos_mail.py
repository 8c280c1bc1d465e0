"""The mail server of the chaos bench: it notes every DATA, and answers at once, late, with a refusal, or not at all."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MOODS = ("prompt", "slow", "silent", "busy", "refusing")


@dataclass
class Data:
    """One message that was handed over; `ended` stays empty when nothing was answered."""

    begun: float
    ended: float = 0.0
    taken: bool = False


@dataclass
class Mail:
    """What the server does with the next messages, and every DATA by recipient and Message-ID."""

    mood: str = "prompt"
    seconds: float = 3.0
    seen: dict[tuple[str, str], list[Data]] = field(default_factory=lambda: defaultdict(list))

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Note one message and answer as the mood is; aiosmtpd names this method."""
        message = message_from_bytes(envelope.content or b"", policy=policy.default)
        one = Data(time.monotonic())
        self.seen[str(message["Message-ID"]), str(envelope.rcpt_tos[0])].append(one)
        mood = self.mood
        if mood == "slow":
            await asyncio.sleep(self.seconds)
        if mood == "silent" or server.transport is None:
            if server.transport is not None:
                server.transport.abort()
            return "451 nobody hears this"
        one.ended, one.taken = time.monotonic(), mood in ("prompt", "slow")
        return {"busy": "451 Try later", "refusing": "550 No such mailbox"}.get(mood, "250 OK")


@dataclass
class Repeats:
    """Messages that went out more than once."""

    messages: int = 0
    once: int = 0
    doubled: list[str] = field(default_factory=list)


def count_repeats(mail: Mail, shaken: list[float], near: float = 5.0) -> Repeats:
    """Who was written to twice: one repeat is allowed after a DATA whose end nobody can have known.

    That end is unknown when nothing was answered, or when a worker was killed or stopped while it may have had the answer
    in hand. A refused DATA was not delivered and counts for nothing.
    """
    found = Repeats(messages=len(mail.seen))
    for (message_id, to), all_of_it in mail.seen.items():
        gone = [one for one in all_of_it if one.taken or not one.ended]
        unknown = [
            one
            for one in gone[:-1]
            if not one.ended or any(one.begun - 1 <= moment <= one.ended + near for moment in shaken)
        ]
        found.once += len(gone) > 1
        if len(gone) > 2 or len(gone) - 1 > len(unknown):
            found.doubled.append(f"{message_id} to {to}: {len(gone)} times")
    return found


def open_office(port: int) -> tuple[Mail, Controller]:
    """A running mail server."""
    mail = Mail()
    controller = Controller(mail, hostname="127.0.0.1", port=port)
    controller.start()
    return mail, controller
