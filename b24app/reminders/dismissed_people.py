"""Named people whom the portal has dismissed: who acts instead of each, and who gets the messages that wait for them."""

from dataclasses import dataclass

from sqlalchemy import exists, select, update

from b24app.database import db
from b24app.errors import AppError
from b24app.portals.people import dismissed_ids
from b24app.reminders import model
from b24app.reminders.recipients import administrator, people_of
from b24app.renewal.failure_words import describe
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.renewal_state import list_dismissed, list_roles
from b24app.text.messages import N_

INSIDE = ("notification", "task")


class PersonDismissed(AppError):
    """A letter waited for a person who does not work in the portal any more."""

    public = N_("Nothing was sent: this person was dismissed from the portal.")


@dataclass(frozen=True, slots=True)
class Gone:
    """A named person who counts as nobody; `instead` acts for the role, an administrator when nobody else is named."""

    role: Role
    name: str
    instead: Holder | None
    by_administrator: bool


def tell_dismissed() -> tuple[Gone, ...]:
    """Everybody who was named and dismissed, in the order of roles."""
    named, roles = list_dismissed(), list_roles()
    alone = Role.RESPONSIBLE not in roles
    return tuple(
        Gone(role, named[role].name, next(iter(people_of((role,), roles)), None), by_administrator=alone)
        for role in Role
        if role in named
    )


def readdress_waiting() -> int:
    """Give the waiting letters of dismissed people to an administrator, who gets none twice; answers how many changed."""
    gone = [str(one) for one in dismissed_ids()]
    waiting = (model.Delivery.state == "waiting", model.Delivery.channel.in_(INSIDE))
    ids = list(
        db.session.scalars(select(model.Delivery.id).where(*waiting, model.Delivery.recipient.in_(gone)))
    )
    instead = next(iter(administrator()), None)
    for delivery_id in ids:
        _readdress(delivery_id, instead)
    mails = _close_mails()
    db.session.commit()
    return len(ids) + mails


def _readdress(delivery_id: int, instead: Holder | None) -> None:
    row = db.session.get_one(model.Delivery, delivery_id)
    if instead is None or _has_one(row, str(instead.user_id)):
        row.state, row.error = "failed", describe(PersonDismissed())
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
    """The mailbox of a dismissed person is nobody's, unless another person of the renewal has it too."""
    kept = {holder.email.lower() for holder in list_roles().values()}
    lost = {holder.email for holder in list_dismissed().values() if holder.email.lower() not in kept}
    query = update(model.Delivery).where(
        model.Delivery.state == "waiting",
        model.Delivery.channel == "email",
        model.Delivery.recipient.in_(lost - {""}),
    )
    closed = query.values(state="failed", error=describe(PersonDismissed()))
    found = db.session.execute(closed.execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount", 0))
