"""What changed since the snapshot: things that were there and are not, and how to show both sides."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.verdict import Evidence, Level, Value, Verdict, not_used, passed, seen, warned
from b24app.text.messages import N_

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


class Printed(Protocol):
    """Settings of which only a fingerprint is kept."""

    @property
    def fingerprint(self) -> str:
        """What two equal settings share."""
        ...


class Named(Protocol):
    """A thing with a name."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...


def judge_settings(
    before: Mapping[str, Printed], now: Mapping[str, Printed], things: Mapping[str, Named]
) -> Verdict:
    """Warn of things whose settings have another fingerprint than in the snapshot."""
    changed = tuple(
        things[key].name
        for key, row in now.items()
        if key in before and key in things and before[key].fingerprint != row.fingerprint
    )
    if changed:
        return warned(
            N_("Settings were changed: %(names)s"),
            N_("Values are not kept, only the fact of the change"),
            names=changed,
        )
    return passed(N_("Settings have not changed"))
