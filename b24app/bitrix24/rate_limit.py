"""The rate limit of a portal and the operating time of its methods, shared by all processes.

limits.md: a leaky bucket per portal and source address (50 requests draining at 2/s; Enterprise 250 at 5/s), and
operating seconds per application and method in a sliding ten minutes.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from b24app.bitrix24.responses import Timing
from b24app.bitrix24.retries import Pace
from b24app.deadline import seconds_left
from b24app.errors import LimitReached, OperationLimited

MARGIN = 3
INTERACTIVE_SHARE = 0.1
OWN_LIMIT = "own_budget"  # our own refusal: nothing was sent
CLOCK_SKEW = 60.0
"""Seconds by which the clocks of two machines may disagree; what is farther ahead is of a clock that was put back."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A leaky bucket: how many requests it holds and how many leave it each second."""

    size: float = 50.0
    drain: float = 2.0

    def room(self, *, background: bool) -> float:
        """The level up to which a caller may fill it: background work leaves a tenth to people."""
        usable = self.size - MARGIN
        return usable - self.size * INTERACTIVE_SHARE if background else usable

    @property
    def full(self) -> float:
        """The level at which the next request waits until one has drained."""
        return self.size - MARGIN

    def level(self, before: float, seconds: float) -> float:
        """The level after draining for some seconds; clocks of two machines may disagree, so never negative."""
        return max(0.0, before - max(0.0, seconds) * self.drain)

    def drains_from(self, moment: float, now: float) -> float:
        """The moment of the last request, or now where the clock was put back: otherwise it would not drain for as long."""
        return now if moment > now + CLOCK_SKEW else moment

    def wait(self, level: float, room: float) -> float:
        """Seconds until one more request fits under `room`."""
        return max(0.0, (level + 1 - room) / self.drain)


ENTERPRISE = Bucket(250.0, 5.0)


def bucket_of(plan: str) -> Bucket:
    """The bucket of a plan by its code, such as `ru_std`; only Enterprise has the big one (limits.md)."""
    return ENTERPRISE if "_ent" in plan.lower() else Bucket()


class RateLimitStore(Protocol):
    """Where a bucket's level and the pauses of methods are kept."""

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Add one request and return 0, or leave the bucket alone and return the seconds to wait."""
        ...

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal answered that its bucket is full: count it as full."""
        ...

    def pause(self, method: str, until: float) -> None:
        """Nobody may call this method before this moment; a later pause stays, unless no pause can be so long."""
        ...

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        ...


class RateLimit:
    """The rate limit of one portal as its client uses it: wait for a turn, and learn of refusals."""

    def __init__(
        self,
        store: RateLimitStore,
        bucket: Bucket,
        pace: Pace,
        *,
        background: bool = False,
        patience: float = 60.0,
    ) -> None:
        self.store = store
        self.bucket = bucket
        self.pace = pace
        self.background = background
        self.patience = patience

    def wait_turn(self) -> None:
        """Take one request from the rate limit, sleeping until there is room; LimitReached beyond the patience."""
        room = self.bucket.room(background=self.background)
        deadline = self.pace.now() + min(self.patience, seconds_left())
        while (wait := self.store.take(self.pace.now(), self.bucket, room)) > 0:
            if self.pace.now() + wait > deadline:
                raise LimitReached(OWN_LIMIT, f"the portal's rate limit is free again in {wait:.0f} s")
            self.pace.sleep(wait * (1 + 0.1 * self.pace.chance()))

    def overrun(self) -> None:
        """The portal answered QUERY_LIMIT_EXCEEDED: another program uses the same bucket."""
        self.store.fill(self.pace.now(), self.bucket)


class LocalStore:
    """A rate limit for one process: scripts and tests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._level, self._moment = 0.0, 0.0
        self._pauses: dict[str, float] = {}

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Add one request, or return how long to wait."""
        with self._lock:
            self._moment = bucket.drains_from(self._moment, now)
            level = bucket.level(self._level, now - self._moment)
            if wait := bucket.wait(level, room):
                return wait
            self._level, self._moment = level + 1, max(now, self._moment)
            return 0.0

    def fill(self, now: float, bucket: Bucket) -> None:
        """Fill the bucket to the brim."""
        with self._lock:
            self._level, self._moment = bucket.full, now

    def pause(self, method: str, until: float) -> None:
        """Pause a method."""
        before = self._pauses.get(method, 0.0)
        self._pauses[method] = before if until < before <= until + MOST_PAUSE else until

    def pauses(self) -> Mapping[str, float]:
        """Paused methods."""
        return dict(self._pauses)


OPERATING_SECONDS = 420.0  # the stricter of the documented 480 (cloud) and 420 (on-premise)
CALM_SHARE = 0.6
MOST_PAUSE = 600.0  # the sliding window (limits.md): a pause that ends later is of a clock that was put back
BLOCK_SECONDS = 60.0  # the window slides by the minute, so some time is free again after one
LOOK_AGAIN_SECONDS = 1.0


class Operating:
    """The operating time of one portal's methods as this process sees it; pauses are shared with the rate limit."""

    def __init__(self, rate_limit: RateLimit, limit: float = OPERATING_SECONDS) -> None:
        self._rate_limit = rate_limit
        self._limit = limit
        self._free_at: dict[str, float] = {}
        self._resets: dict[str, float] = {}
        self._pauses: Mapping[str, float] = {}
        self._looked = -LOOK_AGAIN_SECONDS

    def wait_turn(self, *methods: str) -> None:
        """Sleep until every method may be called; OperationLimited when that is beyond the patience."""
        for method in dict.fromkeys(methods):
            if refusal := self.refusal(method):
                raise refusal
            wait = self._wait(method)
            if wait > 0:
                self._rate_limit.pace.sleep(wait)

    def refusal(self, method: str) -> OperationLimited | None:
        """The error for a method that stays blocked longer than we may wait."""
        wait = self._wait(method)
        if wait <= min(self._rate_limit.patience, seconds_left()):
            return None
        free = datetime.fromtimestamp(self._rate_limit.pace.now() + wait, UTC)
        return OperationLimited("OPERATION_TIME_LIMIT", method, reset_at=free)

    def learn(self, method: str, time: Timing) -> None:
        """Spread what is left of a method's time over what is left of its window."""
        self._resets[method] = time.operating_reset_at
        if time.operating < self._limit * CALM_SHARE or not time.operating_reset_at:
            return
        now, cost = self._rate_limit.pace.now(), max(time.processing, time.duration, 0.1)
        left = self._limit - time.operating - cost
        if left <= 0:
            self._pause(method, time.operating_reset_at)
        else:
            window = min(max(0.0, time.operating_reset_at - now), MOST_PAUSE)
            self._free_at[method] = now + min(window * cost / left, MOST_PAUSE)

    def stop(self, method: str, refusal: OperationLimited) -> None:
        """The portal blocked the method: nobody calls it before the moment that the portal named, then or earlier.

        The refusal itself carries no time (module rest), so the last answer of the method is asked.
        """
        now = self._rate_limit.pace.now()
        until = refusal.reset_at.timestamp() if refusal.reset_at else self._resets.get(method, 0.0)
        self._pause(method, max(until, now + 1) if until > now else now + BLOCK_SECONDS)

    def _pause(self, method: str, until: float) -> None:
        self._rate_limit.store.pause(method, min(until, self._rate_limit.pace.now() + MOST_PAUSE))
        self._looked = -LOOK_AGAIN_SECONDS

    def _wait(self, method: str) -> float:
        now = self._rate_limit.pace.now()
        if now - self._looked >= LOOK_AGAIN_SECONDS or now < self._looked:
            self._pauses, self._looked = self._rate_limit.store.pauses(), now
        until = (self._pauses.get(method, 0.0), self._free_at.get(method, 0.0))
        return max((one - now for one in until if one <= now + MOST_PAUSE + CLOCK_SKEW), default=0.0)
