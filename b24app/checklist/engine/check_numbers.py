"""The numbers of a run's checks: every check is in exactly one place, and all pages count by this one definition. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from b24app.checklist.engine.check import SEVERITY_ORDER, Severity
from b24app.checklist.engine.verdict import Level


class CountedPlace(StrEnum):
    """Where a check is counted, in the order of the page and of the sum below it."""

    BLOCKING = "blocking"
    ASKED = "asked"
    OPTIONAL = "optional"
    NOTED = "noted"
    FINE = "fine"
    UNCHECKED = "unchecked"
    UNUSED = "unused"
    MUTED = "muted"


PLACES: Mapping[Level, CountedPlace] = {
    Level.FAIL: CountedPlace.BLOCKING,
    Level.ASK: CountedPlace.OPTIONAL,
    Level.WARN: CountedPlace.NOTED,
    Level.PASS: CountedPlace.FINE,
    Level.UNKNOWN: CountedPlace.UNCHECKED,
    Level.NA: CountedPlace.UNUSED,
}
FIRST = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)
"""What is open, the gravest first."""


@dataclass(frozen=True, slots=True)
class JudgedCheck:
    """A check's code, its level, how grave its failure is, and what else determines where it is counted."""

    code: str
    level: Level
    severity: Severity
    waits_for_rights: bool = False
    muted: bool = False
    in_deck: bool = False


@dataclass(frozen=True, slots=True)
class CheckNumbers:
    """How many checks are in each place, and what is open in the order of its gravity."""

    counts: Mapping[CountedPlace, int]
    todo: tuple[str, ...]

    @property
    def total(self) -> int:
        """All checks and questions."""
        return sum(self.counts.values())

    @property
    def blockers(self) -> int:
        """How many are blocking."""
        return self.counts[CountedPlace.BLOCKING]

    @property
    def asked(self) -> int:
        """How many of the first questions wait for an answer."""
        return self.counts[CountedPlace.ASKED]

    @property
    def fine(self) -> int:
        """How many are in order."""
        return self.counts[CountedPlace.FINE]

    @property
    def parts(self) -> tuple[tuple[CountedPlace, int], ...]:
        """The places that are not empty; their sum is the total."""
        return tuple((place, count) for place, count in self.counts.items() if count)

    @property
    def next_code(self) -> str | None:
        """The code to deal with first."""
        return self.todo[0] if self.todo else None


def place_of(check: JudgedCheck) -> CountedPlace:
    """The one place of a check: what is muted is there whatever its level, a question of the deck is asked."""
    if check.muted:
        return CountedPlace.MUTED
    if check.level is Level.ASK and check.in_deck:
        return CountedPlace.ASKED
    return PLACES[check.level]


def count_checks(judged: Collection[JudgedCheck]) -> CheckNumbers:
    """Count the places and sort the open ones: gravest first; a lack of rights is reported by one check of its own."""
    found = [place_of(one) for one in judged]
    todo = sorted(
        (one for one in judged if one.level in FIRST and not one.muted and not one.waits_for_rights),
        key=lambda one: (FIRST.index(one.level), SEVERITY_ORDER[one.severity]),
    )
    return CheckNumbers(
        counts={place: found.count(place) for place in CountedPlace}, todo=tuple(one.code for one in todo)
    )
