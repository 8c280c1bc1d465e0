"""What a rule of a standard is: which value is expected, where the found one is read, and when both agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from b24app.checklist.engine.fact import Facts, Reason
from b24app.clock import CLOCKS_DIFFER
from b24app.integrators.rights import Right
from b24app.text.messages import N_

T = TypeVar("T")
READ_HOLDS = timedelta(hours=48)
"""After two nights without a reading the value in the portal counts as unknown."""

ON, OFF, NOTHING = 1, 0, -1
BY_CHECKS = N_("by the checks")
"""Found numbers of switches; the last one: there is nothing to switch."""


class Comparing(StrEnum):
    """How the found value agrees with the expected number; the age is counted in hours."""

    SAME = "same"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    AGE = "age"


class Lack(StrEnum):
    """Why a value is unknown; the code is stored."""

    NEVER = "never"
    SCOPE = "scope"
    RIGHT = "right"
    REFUSED = "refused"
    NOT_TOLD = "not_told"
    NOTHING = "nothing"
    NO_LIST = "no_list"
    NO_OWNER = "no_owner"
    AHEAD = "ahead"


class NotRead(Exception):
    """The value that a rule asks for is not among what is stored."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack)
        self.lack = lack


@dataclass(frozen=True, slots=True)
class FoundReading:
    """A value as it was read: a number, or the moment whose age counts; `names` are the objects that make it so."""

    number: int | None = None
    moment: datetime | None = None
    names: tuple[str, ...] = ()
    read_at: datetime | None = None
    lack: str = ""


@dataclass(frozen=True, slots=True)
class KnownOfPortal:
    """What is stored of one portal, as rules read it."""

    now: datetime
    facts: Facts
    read_at: datetime | None
    copied_at: datetime | None = None
    copy_verified: bool = False
    administrators: tuple[datetime, ...] = ()
    """When the portal confirmed the role of each administrator stored here, the newest first."""

    def need(self, kind: type[T], name: str) -> T:
        """A fact of the newest run; raises NotRead where the portal gave none."""
        value: Any = self.facts.values.get(name)
        if isinstance(value, kind) and self.read_at is not None:
            return value
        refusal = self.facts.refusals.get(name)
        raise NotRead(REFUSALS.get(refusal.reason, Lack.REFUSED) if refusal else Lack.NEVER)

    def found(
        self, number: int, names: tuple[str, ...] = (), *, read_at: datetime | None = None
    ) -> FoundReading:
        """A number read by the newest run, or at a moment of its own."""
        return FoundReading(number=number, names=names, read_at=read_at or self.read_at)


REFUSALS: Mapping[Reason, Lack] = {
    Reason.SCOPE: Lack.SCOPE,
    Reason.RIGHT: Lack.RIGHT,
    Reason.METHOD: Lack.NOT_TOLD,
    Reason.NOT_ASKED: Lack.NEVER,
}


@dataclass(frozen=True, slots=True)
class StandardRule:
    """One rule. `words` name the numbers of what is switched; `choices` are those that may be expected, else any from 0 to `most`.

    Of a `lower_bound` rule the portal may have more than is known: too few of it is unknown, never a difference.
    `loses_orders`: while it differs, orders or money may be lost.
    """

    code: str
    title: str
    right: Right
    comparing: Comparing
    usual: int
    read: Callable[[KnownOfPortal], FoundReading]
    source: str
    facts: tuple[str, ...] = ()
    words: Mapping[int, str] | None = None
    choices: tuple[int, ...] = ()
    most: int = 1_000
    icon: str = "info"
    place: str = "/shop"
    loses_orders: bool = False
    lower_bound: bool = False
    holds: timedelta = READ_HOLDS


def is_current(rule: StandardRule, read_at: datetime | None, now: datetime) -> bool:
    """Whether a reading may still be compared: not too old, and not of a moment to come."""
    return read_at is not None and -CLOCKS_DIFFER <= now - read_at <= rule.holds


def agrees(rule: StandardRule, expected: int, found: FoundReading, now: datetime) -> bool:
    """Whether a known value is the expected one; the same judgement as the page's query in SQL."""
    if rule.comparing is Comparing.AGE:
        if found.moment is None:
            return False
        return found.moment <= now + CLOCKS_DIFFER and now - found.moment <= timedelta(hours=expected)
    if found.number is None:
        return False
    if rule.comparing is Comparing.AT_LEAST:
        return found.number >= expected
    if rule.comparing is Comparing.AT_MOST:
        return NOTHING < found.number <= expected
    return found.number == expected
