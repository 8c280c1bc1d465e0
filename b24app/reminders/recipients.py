"""Recipients, to whom a reminder goes by each channel: people of the roles, each once; who acts for people that were dismissed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from b24app.database import changed_rows, db
from b24app.portals.people import dismissed_ids, find_administrator
from b24app.reminders import model
from b24app.reminders.channels import Addressee, PersonDismissed, Recipient, describe_failure, load_channels
from b24app.reminders.kinds import find_kind
from b24app.reminders.model import DeliveryState
from b24app.reminders.reminder_settings import ChannelView, list_channels
from b24app.renewal.renewal_stages import Holder, Role, holder_of
from b24app.renewal.situation_reading import list_dismissed, list_roles


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
    """Who acts where nobody is named; empty when no administrator is known."""
    found = find_administrator()
    return (Holder(Role.RESPONSIBLE, *found),) if found else ()


def working_channels() -> tuple[ChannelView, ...]:
    """The channels that are on and can send."""
    return tuple(one for one in list_channels() if one.enabled and not one.channel.unready())


def recipients(setting: ChannelView, code: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """Who gets a reminder of this kind by this channel; nobody when the channel does not carry it."""
    return setting.channel.recipients(find_kind(code), setting.address, people)


@dataclass(frozen=True, slots=True)
class DismissedPerson:
    """A named person who counts as nobody; `instead` acts for the role, an administrator when nobody else is named."""

    role: Role
    name: str
    instead: Holder | None
    by_administrator: bool


def list_dismissed_people() -> tuple[DismissedPerson, ...]:
    """Everybody who was named and dismissed, in the order of roles, with who acts instead."""
    named, roles = list_dismissed(), list_roles()
    alone = Role.RESPONSIBLE not in roles
    return tuple(
        DismissedPerson(
            role, named[role].name, next(iter(people_of((role,), roles)), None), by_administrator=alone
        )
        for role in Role
        if role in named
    )


def readdress_waiting() -> int:
    """Give the waiting messages of dismissed people to an administrator, who gets none twice; returns how many changed."""
    gone = [str(one) for one in dismissed_ids()]
    waiting = (
        model.Delivery.state == DeliveryState.WAITING,
        model.Delivery.channel.in_(_codes(Addressee.USER)),
    )
    ids = list(
        db.session.scalars(select(model.Delivery.id).where(*waiting, model.Delivery.recipient.in_(gone)))
    )
    instead = next(iter(administrator()), None)
    for delivery_id in ids:
        _readdress(delivery_id, instead)
    return len(ids) + _close_mails()


def _codes(addressee: Addressee) -> tuple[str, ...]:
    return tuple(one.code for one in load_channels().values() if one.addressee is addressee)


def _readdress(delivery_id: int, instead: Holder | None) -> None:
    row = db.session.get_one(model.Delivery, delivery_id)
    if instead is None or _has_one(row, str(instead.user_id)):
        row.state, row.error = DeliveryState.FAILED, describe_failure(PersonDismissed())
    else:
        row.recipient, row.recipient_name = str(instead.user_id), instead.name
    db.session.flush()


def _has_one(row: model.Delivery, recipient: str) -> bool:
    same = exists().where(
        model.Delivery.reminder_id == row.reminder_id,
        model.Delivery.channel == row.channel,
        model.Delivery.recipient == recipient,
    )
    return bool(db.session.scalar(select(same)))


def _close_mails() -> int:
    """End the mails to mailboxes of dismissed people, except one that another person of the renewal has too."""
    kept = {holder.email.lower() for holder in list_roles().values()}
    lost = {holder.email for holder in list_dismissed().values() if holder.email.lower() not in kept}
    query = update(model.Delivery).where(
        model.Delivery.state == DeliveryState.WAITING,
        model.Delivery.channel.in_(_codes(Addressee.MAILBOX)),
        model.Delivery.recipient.in_(lost - {""}),
    )
    closed = query.values(state=DeliveryState.FAILED, error=describe_failure(PersonDismissed()))
    found = db.session.execute(closed.execution_options(synchronize_session=False))
    return changed_rows(found)
