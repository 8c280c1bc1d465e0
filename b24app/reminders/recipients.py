"""To whom a reminder goes by each channel: people of the roles, without doubles; an administrator when none is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from b24app.errors import AppError
from b24app.portals.people import find_administrator
from b24app.reminders.reminder_settings import ChannelView
from b24app.renewal.renewal_stages import Holder, Role, holder_of
from b24app.text.messages import N_

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


class NobodyToReach(AppError):
    """No channel that is on has anybody to reach: nothing is sent, and that is said."""

    public = N_("Nothing was sent: there is nobody to reach.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person or address; `address` is a user's id for the portal's own channels."""

    address: str = field(repr=False)
    name: str = ""


def people_of(wanted: Iterable[Role], roles: Mapping[Role, Holder]) -> tuple[Holder, ...]:
    """The people who hold the wanted roles, each once; an administrator of the portal for a role that nobody holds."""
    holders = [holder_of(role, roles) for role in wanted]
    if None in holders or not holders:
        holders += administrator()
    found: dict[object, Holder] = {}
    for holder in filter(None, holders):
        found.setdefault(holder.user_id or holder.email or holder.name, holder)
    return tuple(found.values())


def administrator() -> tuple[Holder, ...]:
    """Who stands in where nobody is named; nobody when no administrator is known."""
    found = find_administrator()
    return (Holder(Role.RESPONSIBLE, *found),) if found else ()


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
