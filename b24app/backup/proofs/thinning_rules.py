"""Which copies are not kept any more: daily 7, weekly 5, monthly 12, those around a renewal until the next one. Pure.

Days are counted by the copies that there are, never by the clock: a clock that jumps deletes nothing at once. The newest
copies by number stay whatever their dates.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAILY, WEEKLY, MONTHLY = 7, 5, 12
NEWEST = 7
"""How many of the newest copies stay whatever their dates."""
AROUND = timedelta(days=1)
"""A copy before a renewal and the activation itself may be recorded in either order within a day."""
ONE_RENEWAL = timedelta(days=14)
Bucket = Callable[[date], object]
SLOTS: Sequence[tuple[int, Bucket]] = (
    (DAILY, lambda day: day),
    (WEEKLY, lambda day: day.isocalendar()[:2]),
    (MONTHLY, lambda day: (day.year, day.month)),
)


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A copy as retention sees it; `made_on` is its day in the portal, `around_renewal` why it was made."""

    id: int
    made_at: datetime
    made_on: date
    verified: bool
    before_renewal: bool = False
    after_activation: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One square of the page: a day, a week or a month with the copy kept for it."""

    kind: str
    day: date
    copy_id: int


def surplus(copies: Iterable[KeptCopy], activations: Sequence[datetime] = ()) -> list[int]:
    """The copies that nothing keeps, oldest number first; the newest verified one is never among them."""
    found = sorted(copies, key=lambda one: one.id)
    staying = {one.id for one in found[-NEWEST:]}
    staying |= {one.id for one in [one for one in found if one.verified][-1:]}
    staying |= {slot.copy_id for slot in filled_slots(found)}
    staying |= _of_renewals(found, activations)
    return [one.id for one in found if one.id not in staying]


def filled_slots(copies: Iterable[KeptCopy]) -> list[Slot]:
    """The newest days, weeks and months that have a copy, newest first, each with its best copy."""
    found = list(copies)
    return [
        slot
        for (count, bucket), kind in zip(SLOTS, ("day", "week", "month"), strict=True)
        for slot in _filled(found, count, bucket, kind)
    ]


def _filled(copies: Sequence[KeptCopy], count: int, bucket: Bucket, kind: str) -> list[Slot]:
    best: dict[object, KeptCopy] = {}
    for one in copies:
        key = bucket(one.made_on)
        best[key] = max(best.get(key, one), one, key=lambda known: (known.verified, known.id))
    newest = sorted(best.values(), key=lambda one: (one.made_on, one.id), reverse=True)[:count]
    return [Slot(kind, one.made_on, one.id) for one in newest]


def _of_renewals(copies: Sequence[KeptCopy], activations: Sequence[datetime]) -> set[int]:
    """Those of the present renewal: one made before it stays until the following one, one made after it until the next.

    The newest of either kind stays in any case, so that an activation of a wrong date deletes none of them.
    """
    renewals = _apart(activations)
    before = [one for one in copies if one.before_renewal]
    after = [one for one in copies if one.after_activation]
    staying = {one.id for one in before if sum(at > one.made_at - AROUND for at in renewals) <= 1}
    staying |= {one.id for one in after if not any(at > one.made_at + AROUND for at in renewals)}
    return staying | {one.id for one in (*before[-1:], *after[-1:])}


def _apart(activations: Iterable[datetime]) -> list[datetime]:
    """One moment for each renewal: another activation within two weeks belongs to the same one."""
    found: list[datetime] = []
    for at in sorted(activations):
        if not found or at - found[-1] > ONE_RENEWAL:
            found.append(at)
    return found
