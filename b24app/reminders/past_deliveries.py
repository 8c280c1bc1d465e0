"""What became of the last messages outside the portal: those of each channel, and the letters that ask to confirm, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, literal, select, union_all

from b24app.database import current_portal_id, db, read_once
from b24app.portal_rows import PortalRows
from b24app.reminders.channels import Addressee
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.model import Delivery, DeliveryState, OutsideAddress, Reminder
from b24app.reminders.reminder_settings import list_channels

CONFIRM = "confirm"
LOOKED_THROUGH = 200
ENDED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
ADDRESSES = PortalRows(select(OutsideAddress).order_by(OutsideAddress.asked_at.desc()))


@dataclass(frozen=True, slots=True)
class PastDelivery:
    """One delivery without its text."""

    recipient: str
    target: str | None
    state: str
    sent_at: datetime | None
    taken_at: datetime | None
    error: str


def confirm_key(address_id: int) -> str:
    """How the keys of letters that ask to confirm an address begin."""
    return f"{CONFIRM}:{address_id}:"


@read_once
def past_deliveries() -> Mapping[str, tuple[PastDelivery, ...]]:
    """By the code of a channel its ended deliveries, the newest first; by `confirm_key` the newest letter to an address."""
    places = (one for one in list_channels() if one.channel.addressee is Addressee.PLACE and one.address)
    parts = [_of_channel(code) for code in (EMAIL.code, *(one.code for one in places))]
    parts += [_of_address(row.id) for row in ADDRESSES.read()]
    # SQLite takes no limit inside a union, so each part is a table of its own
    every = union_all(*(select(one.subquery()) for one in parts)).subquery()
    found: dict[str, tuple[PastDelivery, ...]] = {}
    for about, _id, *values in db.session.execute(select(every).order_by(every.c.id.desc())):
        found[about] = (*found.get(about, ()), PastDelivery(*values))
    return found


Part = Select[str, int, str, str | None, str, datetime | None, datetime | None, str]


def _of_channel(code: str) -> Part:
    """The last deliveries of one channel that ended."""
    ended = _part(code).where(Delivery.channel == code, Delivery.state.in_(ENDED))
    return ended.order_by(Delivery.id.desc()).limit(LOOKED_THROUGH)


def _of_address(address_id: int) -> Part:
    """The last letter that asked to confirm an address."""
    key = confirm_key(address_id)
    of_reminder = _part(key).join(Reminder, Reminder.id == Delivery.reminder_id)
    return of_reminder.where(Reminder.key.startswith(key)).order_by(Delivery.id.desc()).limit(1)


def _part(about: str) -> Part:
    columns = (
        Delivery.recipient,
        Delivery.target,
        Delivery.state,
        Delivery.sent_at,
        Delivery.taken_at,
        Delivery.error,
    )
    return select(literal(about).label("about"), Delivery.id, *columns).where(
        Delivery.portal_id == current_portal_id()
    )
