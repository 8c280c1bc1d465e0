"""What changed since the snapshot: things that were there and are not, and how to show both sides."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from b24app.checklist.check import Baseline
from b24app.checklist.verdict import Evidence, Level, Value, Verdict, not_used, seen
from b24app.texts import N_

K = TypeVar("K")
V = TypeVar("V")


def gone(before: Mapping[K, V] | None, now: Container[K]) -> tuple[V, ...]:
    """What was there and is not; nothing when there is no snapshot."""
    return tuple(value for key, value in (before or {}).items() if key not in now)


def missing(before: Iterable[K] | None, now: Iterable[K]) -> tuple[K, ...]:
    """The members of a set that are not in it any more, in order."""
    left = set(now)
    return tuple(item for item in (before or ()) if item not in left)


def then(baseline: Baseline, message: str, level: Level | None = Level.PASS, **values: Value) -> Evidence:
    """How it was in the snapshot."""
    return seen(N_("In the snapshot"), message, level, baseline.at, **values)


def today(now: datetime, message: str, level: Level | None = None, **values: Value) -> Evidence:
    """How it is now."""
    return seen(N_("Now"), message, level, now, **values)


def no_snapshot() -> Verdict:
    """Nothing may be claimed about changes until there is a picture to compare with."""
    return not_used(N_("There is no snapshot yet to compare with"))
