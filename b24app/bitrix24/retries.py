"""Retries: what may be sent again and when; reads freely, writes only when they certainly did not happen."""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from b24app.bitrix24.no_answer import LineCut, PageInstead
from b24app.bitrix24.responses import Command
from b24app.deadline import seconds_left
from b24app.errors import LimitReached, PortalError, UnknownRefusal, Unreachable, VendorFault
from b24app.json_values import Json

MOST_WAITS = 20  # of a limit, which asks for nothing but patience
MOST_FAULTS = 3
PROMPT_REPEATS = 3
PORTAL_CUT_SECONDS = 60.0  # limits.md: no request lives longer inside a portal
READS = re.compile(
    r"(^|\.)(get\w*|list\w*|fields|types|items|info|search|count|current|is\w+|has\w+|tail|history|mode|access|admin"
    r"|status|time|methods|scope|events|profile|documentation|fullexport|senders|entity\.types|ownertype)$",
    re.IGNORECASE,
)
# event-offline-get.md: it takes what it returns out of the queue, so a repeat would lose the lost answer's events
NOT_READS = frozenset({"event.offline.get"})


@dataclass(frozen=True, slots=True)
class Pace:
    """Unix seconds, a function to sleep, the chance that keeps processes from waking together, a clock that is never set."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    steady: Callable[[], float] = time.monotonic

    def back_off(self, attempt: int) -> float:
        """Seconds to wait before repeat number `attempt`: 0.5, 1, 2, 4, 8 with a quarter of chance."""
        return min(8.0, 0.5 * 2.0 ** (attempt - 1)) * (0.75 + self.chance() / 2)


def is_write(method: str) -> bool:
    """Guess by the name: a method that is not clearly a read is treated as a write."""
    return method.lower() in NOT_READS or READS.search(method) is None


def certainly_unsaved(error: PortalError) -> bool:
    """Whether a failed attempt certainly changed nothing: not sent, or refused with a code before any work."""
    if isinstance(error, Unreachable):
        return not error.sent
    if isinstance(error, LimitReached):
        return bool(error.code)
    return bool(error.code) and (error.http or 400) < 500


@dataclass(frozen=True, slots=True)
class Marker:
    """How to see whether a write happened: a read that would list it, and how to find it in the result."""

    find: Command
    saved: Callable[[Json], Json]
    """Returns the write's result, or None when the write is not there."""


def settled(started: float) -> float:
    """The moment when a request begun at `started` cannot be running inside the portal any more."""
    return started + PORTAL_CUT_SECONDS + 1


def may_pass(error: PortalError) -> bool:
    """Whether the same request may go through in a moment: a limit, a fault of REST itself, a line that broke off.

    Silence, a certificate that is not accepted and a page in the place of REST do not pass in seconds; a gateway's page may.
    """
    if isinstance(error, PageInstead):
        return (error.http or 0) >= 500
    return isinstance(error, LimitReached | VendorFault | LineCut) and not isinstance(error, UnknownRefusal)


@dataclass(slots=True)
class Repeats:
    """Counts the attempts of one call; progress resets it. `faults` is how often a failure that is no limit is repeated."""

    pace: Pace
    patience: float
    faults: int = MOST_FAULTS
    count: int = 0
    began: float = field(init=False)
    spent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.began = self.pace.now()

    def reset(self) -> None:
        """The last attempt brought something."""
        self.count, self.began = 0, self.pace.now()
        self.spent.clear()

    def again(self, error: PortalError) -> None:
        """Wait before the next attempt, or raise the error when there were enough or no time is left for one."""
        self.count += 1
        limited = isinstance(error, LimitReached)
        # the first waits for a limit are those of the rate limit, which has just learned of it
        wait = 0.0 if limited and self.count <= PROMPT_REPEATS else self.pace.back_off(self.count)
        spent = self.pace.now() - self.began + wait
        if self.count > (MOST_WAITS if limited else self.faults) or spent > self.patience:
            raise error
        if wait >= seconds_left() or not may_pass(error):
            raise error
        self.pace.sleep(wait)

    def once(self, what: str, error: PortalError) -> None:
        """Raise the error when this very remedy was tried already."""
        if what in self.spent:
            raise error
        self.spent.add(what)
