"""How many records there are, how many of those that a baseline counted are left, and how grave the loss of others is. Pure.

A shop goes on selling: 300 deals deleted and 320 new ones are 300 deleted. So what existed then is counted by itself.
"""

from dataclasses import dataclass, replace

from b24app.checklist.engine.verdict import Level

TIDIED = frozenset({"contacts", "companies"})
"""Kinds whose duplicates people merge and delete every week."""
FEW_TIDIED, MANY_TIDIED = 2, 10
FEW_IN_THOUSAND, MANY_IN_HUNDRED = 1, 1


@dataclass(frozen=True, slots=True)
class Total:
    """`kept`: how many have an id up to `kept_of`, the newest id of the baseline that was in force."""

    count: int
    max_id: int
    kept: int | None = None
    kept_of: int | None = None


def with_put_back(total: Total, back: int) -> Total:
    """The total with what was put back under new numbers among what is kept; there are never more of them than records."""
    return total if total.kept is None else replace(total, kept=min(total.kept + back, total.count))


@dataclass(frozen=True, slots=True)
class Fewer:
    """Of so many records so many are left."""

    was: int
    left: int

    @property
    def gone(self) -> int:
        """How many were deleted."""
        return self.was - self.left


def fewer_than(was: Total, now: Total) -> Fewer | None:
    """How many of the earlier records are left; None while all are, or while new ones hide a loss that was not counted."""
    known = now.kept is not None and now.kept_of == was.max_id
    left = now.kept if known and now.kept is not None else now.count
    return Fewer(was.count, left) if left < was.count else None


def gravity_of(kind: str, found: Fewer) -> Level:
    """How grave a loss is: of records needed by orders from the first thousandth, of contacts and companies from two per cent."""
    if kind in TIDIED:
        few = found.gone * 100 <= found.was * FEW_TIDIED
        many = found.gone * 100 > found.was * MANY_TIDIED
    else:
        few = found.gone * 1000 <= found.was * FEW_IN_THOUSAND
        many = found.gone * 100 > found.was * MANY_IN_HUNDRED
    return Level.PASS if few else Level.FAIL if many else Level.WARN
