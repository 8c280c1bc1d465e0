"""A message about clients as it leaves: its reader's rights are judged then, and it is recorded in the journal of each client that it names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from b24app.database import current_portal_id, db, portal_scope
from b24app.input_limits import one_line, plain_lines
from b24app.integrators.alerts.member_channels import channels_of
from b24app.integrators.alerts.wishes import Wishes, wishes_of, zone_of
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.members import MemberSeat, find_seat
from b24app.portals.model import get_portal
from b24app.reminders.channels import Message, NothingLeft, Recipient, TryLater
from b24app.services import services
from b24app.text.messages import Sentence
from b24app.text.translation import Translator

LONGEST_PAUSE = timedelta(days=1)
"""The longest wait before a message is judged again: the clock may have been wrong."""


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Who reads a message, at the moment at which it leaves; `about` is the rest of its key."""

    seat: MemberSeat
    wishes: Wishes
    now: datetime
    local: datetime
    about: str


@dataclass(frozen=True, slots=True)
class NamedClient:
    """A client that a message names, and the right for it; empty where every access allows that."""

    client_id: int
    consent_code: str
    right: str


@dataclass(frozen=True, slots=True)
class MessageWords:
    """The texts of a message to the person himself; `heading` and `brief` are its version for a foreign service, in counts alone."""

    subject: Sentence
    lines: tuple[Sentence, ...]
    brief: Sentence
    heading: Sentence


def reader_of(message: Message, to: Recipient, channel: str) -> MessageReader:
    """The person of a message's key, as he is now; raises NothingLeft when he has no seat or another address, TryLater in his quiet hours."""
    _, _, key = message.key.partition(":")
    _, _, rest = key.partition(":")
    number, _, about = rest.partition(":")
    user_id, now = int(number) if number.isdecimal() else 0, services().clock.now()
    seat = find_seat(current_portal_id(), user_id)
    if seat is None:
        raise NothingLeft
    wishes, local = wishes_of(user_id), now.astimezone(zone_of(user_id))
    if (channel, to.address) not in {
        (way.code, way.address) for way in channels_of(user_id, wishes) if way.used
    }:
        raise NothingLeft
    wait_until(wishes.wakes_at(local), local)
    return MessageReader(seat, wishes, now, local, about)


def wait_until(moment: datetime, now: datetime) -> None:
    """Raise TryLater where the moment of a message has not come."""
    if moment > now:
        raise TryLater(wait=min(moment - now, LONGEST_PAUSE))


def put_into(message: Message, words: MessageWords) -> Message:
    """The message with its words, in the language of the integrator's portal."""
    portal = get_portal(current_portal_id())
    say = Translator(portal.language, portal.time_zone).say if portal else Translator().say
    return replace(
        message,
        subject=one_line(say(words.subject)),
        lines=tuple(plain_lines(say(line)) for line in words.lines),
        brief=f"{say(words.heading)}.\n{say(words.brief)}",
    )


def write_down(reader: MessageReader, named: Iterable[NamedClient], page: str) -> None:
    """Record in each client's journal that this person was notified of it, before the message leaves."""
    who = AuditPerson(reader.seat.name, reader.seat.user_id, reader.seat.integrator)
    for one in named:
        with portal_scope(one.client_id):
            write_line(one.consent_code, who, Deed.LOOKED, reader.now, right=one.right, detail=page)
    db.session.commit()
