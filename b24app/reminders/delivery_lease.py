"""The lease of a delivery: one worker holds it while it is sent; that of a dead one is taken up by another within two minutes.

A lease is counted from the moment of taking, and again from the handing over, by the clock of each moment. One that ran
out is only doubted at first and taken at the next look, a whole lease later: a clock that jumped ahead makes every lease
look old, and a worker that lives has come to its end by then. Whoever lost a delivery cannot hand it over any more.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, or_, select, update

from b24app.database import changed_rows, db
from b24app.errors import AppError
from b24app.reminders.channels import WorkersLost, describe_failure, load_channels
from b24app.reminders.model import Delivery, DeliveryState

LEASE = timedelta(seconds=55)  # longer than one message may take; two of them are less than two minutes
LONGEST_WAIT = timedelta(days=2)  # six hours and the quiet hours after them come before it
MOST_LOST_WORKERS = 3
Now = Callable[[], datetime]


class HeldByAnother(AppError):
    """The lease ran out and another worker took the delivery: nothing of it may leave here any more."""


@dataclass(slots=True)
class Held:
    """A delivery that this worker holds; `handed_over` counts the times it left before without a certain answer."""

    id: int
    channel: str
    attempts: int
    handed_over: int
    give_up_at: datetime | None
    now: Now
    owner: str = field(repr=False)
    left: bool = False

    def hand_over(self) -> None:
        """Keep, in a transaction of its own, that the message leaves now, before it does; the lease begins anew."""
        values: dict[str, object] = {"leased_until": self.now() + LEASE, "lease_doubted": False}
        if not self.left:
            values["handed_over"] = self.handed_over + 1
        if not changed(self._mine().values(**values)):
            raise HeldByAnother
        self.left = True

    def finish(self, **values: object) -> bool:
        """Keep how it ended; False when another worker holds it by now."""
        return changed(self._mine().values(owner="", leased_until=None, lease_doubted=False, **values))

    def _mine(self) -> Update:
        mine = Delivery.id == self.id, Delivery.owner == self.owner, Delivery.state == DeliveryState.SENDING
        return update(Delivery).where(*mine)


def changed(statement: Update) -> bool:
    """Whether a statement met a row; commits."""
    found = db.session.execute(statement.execution_options(synchronize_session=False))
    met = changed_rows(found) > 0
    db.session.commit()
    return met


def has_no_end() -> ColumnElement[bool]:
    """Deliveries that wait, and those that failed for lost access and come back."""
    stopped = and_(Delivery.state == DeliveryState.FAILED, Delivery.lost_access.is_(True))
    return or_(Delivery.state == DeliveryState.WAITING, stopped)


def is_due(at: datetime) -> ColumnElement[bool]:
    """Those whose moment has come; one too far away was kept while the clock was wrong."""
    return and_(has_no_end(), or_(Delivery.next_at <= at, Delivery.next_at > at + LONGEST_WAIT))


def is_over(at: datetime) -> ColumnElement[bool]:
    """Deliveries whose lease ran out; one that ends too far away was given while the clock was wrong."""
    until = Delivery.leased_until
    over = or_(until.is_(None), until < at, until > at + 2 * LEASE)
    return and_(Delivery.state == DeliveryState.SENDING, over)


def doubt_leases(at: datetime) -> None:
    """Mark leases of this portal as run out for the first time: their workers get one more lease to come to an end."""
    doubted = update(Delivery).where(is_over(at), Delivery.lease_doubted.is_(False))
    changed(doubted.values(lease_doubted=True, leased_until=at + LEASE))


def to_send(at: datetime) -> list[int]:
    """The deliveries that may be taken now: fresh messages before those that failed or lost a worker already."""
    lost = and_(is_over(at), Delivery.lease_doubted.is_(True))
    query = select(Delivery.id).where(or_(is_due(at), lost)).order_by(Delivery.attempts, Delivery.id)
    ids = list(db.session.scalars(query))
    db.session.commit()
    return ids


def hold(delivery_id: int, now: Now) -> Held | None:
    """Take a delivery, for one worker alone; None when another has it, or when it has come to its end."""
    at, fresh = now(), {"populate_existing": True}
    row = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id).execution_options(**fresh))
    if row is None:
        return None
    if row.state == DeliveryState.SENDING:
        return _take_up(row, now)
    free = update(Delivery).where(Delivery.id == delivery_id, is_due(at), Delivery.attempts == row.attempts)
    return _take(row, free, now)


def _take_up(row: Delivery, now: Now) -> Held | None:
    """Take what a dead worker held, unless it may have left too often or too many workers died with it."""
    at, lost = now(), row.lost_workers + 1
    seen = Delivery.id == row.id, Delivery.owner == row.owner, Delivery.lease_doubted.is_(True), is_over(at)
    free = update(Delivery).where(*seen)
    if end := _end_of(row, lost):
        changed(free.values(lost_workers=lost, owner="", **end))
        return None
    return _take(row, free, now, lost_workers=lost)


def _end_of(row: Delivery, lost: int) -> dict[str, object]:
    if is_unsure_for_good(row.channel, row.handed_over):
        return {"state": DeliveryState.UNCERTAIN}
    if lost < MOST_LOST_WORKERS:
        return {}
    state = DeliveryState.UNCERTAIN if row.handed_over else DeliveryState.FAILED
    return {"state": state, "error": describe_failure(WorkersLost())}


def is_unsure_for_good(channel: str, handed_over: int) -> bool:
    """Whether a message that left so often without a certain answer may not leave again."""
    found = load_channels().get(channel)
    most = found.unsure_repeats if found else 0
    return most is not None and handed_over > most


def _take(row: Delivery, free: Update, now: Now, **values: object) -> Held | None:
    owner, attempts, at = secrets.token_hex(8), row.attempts + 1, now()
    held = Held(row.id, row.channel, attempts, row.handed_over, row.give_up_at, now, owner)
    taking = {"state": DeliveryState.SENDING, "owner": owner, "taken_at": at, "attempts": attempts}
    lease = {"leased_until": at + LEASE, "lease_doubted": False}
    return held if changed(free.values(**taking, **lease, **values)) else None
