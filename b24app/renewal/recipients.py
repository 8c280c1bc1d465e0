"""To whom a reminder goes by each channel: people of the roles, without doubles; an administrator when none is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from b24app.portals.model import Access, Person
from b24app.renewal.roles import Holder, holder_of
from b24app.renewal.settings import ChannelView
from b24app.renewal.stages import Role
from b24app.storage import db

TASK_CODES = (
    "window_open",
    "invoice_soon",
    "invoice_last",
    "pay_last",
    "autopay_check",
    "activation_late",
    "check_late",
    "test",
)
FEED_CODES = ("notice",)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person or address; `address` is a user's id for the portal's own channels."""

    address: str = field(repr=False)
    name: str = ""


def people_of(wanted: Iterable[Role], roles: Mapping[Role, Holder]) -> tuple[Holder, ...]:
    """The people who hold the wanted roles, each once; an administrator of the portal when nobody is named."""
    found: dict[object, Holder] = {}
    for role in wanted:
        holder = holder_of(role, roles)
        if holder is not None:
            found.setdefault(holder.user_id or holder.email or holder.name, holder)
    return tuple(found.values()) or _administrator()


def _administrator() -> tuple[Holder, ...]:
    access = db.session.scalar(
        select(Access).order_by(Access.is_master.desc(), Access.refreshed_at.desc()).limit(1)
    )
    if access is None:
        return ()
    person = db.session.scalar(select(Person).where(Person.user_id == access.user_id))
    return (Holder(Role.RESPONSIBLE, access.user_id, person.name if person else ""),)


def recipients(channel: ChannelView, code: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """Who gets a letter of this code by this channel; nobody when the channel does not carry it."""
    match channel.code:
        case "notification":
            return _users(people)
        case "task":
            return _users(people)[:1] if code in TASK_CODES else ()
        case "feed":
            return (Recipient("0"),) if code in FEED_CODES else ()
        case "email":
            return _addresses(channel, people)
    return (Recipient(channel.address),) if channel.address else ()


def _users(people: Iterable[Holder]) -> tuple[Recipient, ...]:
    return tuple(Recipient(str(person.user_id), person.name) for person in people if person.user_id)


def _addresses(channel: ChannelView, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    found = {person.email.lower(): Recipient(person.email, person.name) for person in people if person.email}
    for address in channel.address.split(","):
        if text := address.strip():
            found.setdefault(text.lower(), Recipient(text))
    return tuple(found.values())
