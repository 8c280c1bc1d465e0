"""Messages that are judged once more right before they leave: what they rest on may have been taken back while they waited.

The room that sends a kind of message registers its judge here, as the database does with what leaves for the network.
"""

from collections.abc import Callable

from sqlalchemy import select, update

from b24app.database import db
from b24app.reminders.channels import NotNeeded, describe_failure
from b24app.reminders.delivery_lease import changed
from b24app.reminders.model import UNDER_WAY, Delivery, DeliveryState, Reminder

Judge = Callable[[str], bool]
_JUDGES: dict[str, Judge] = {}


def judge_before_leaving(code: str, judge: Judge) -> None:
    """Let messages of this kind leave only while the judge allows it; it gets the key of the reminder, in the portal's scope."""
    _JUDGES[code] = judge


def is_wanted(delivery_id: int) -> bool:
    """Whether a delivery may leave; one that may not has come to its end by that. Commits then."""
    found = db.session.execute(
        select(Reminder.code, Reminder.key)
        .join(Delivery, Delivery.reminder_id == Reminder.id)
        .where(Delivery.id == delivery_id)
    ).first()
    judge = _JUDGES.get(found.code) if found else None
    if found is None or judge is None or judge(found.key):
        return True
    ended = update(Delivery).where(Delivery.id == delivery_id, Delivery.state.in_(UNDER_WAY))
    changed(ended.values(state=DeliveryState.FAILED, error=describe_failure(NotNeeded()), lost_access=False))
    return False
