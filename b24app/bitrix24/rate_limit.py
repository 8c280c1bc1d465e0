"""How much a portal lets through, and the seam by which all processes share it.

limits.md: a leaky bucket per portal and source address (50 requests draining at 2/s; Enterprise 250 at 5/s), and
operating seconds per application and method in a sliding ten minutes.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from b24app.bitrix24.pacing import Pace
from b24app.errors import LimitReached

MARGIN = 3
INTERACTIVE_SHARE = 0.1
OWN_LIMIT = "own_budget"  # our own refusal: nothing was sent


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
        """Pour one request in and return 0, or leave the bucket alone and return the seconds to wait."""
        ...

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal says its bucket is full: believe it."""
        ...

    def pause(self, method: str, until: float) -> None:
        """Nobody may call this method before this moment."""
        ...

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        ...


class RateLimit:
    """One portal's budget as the client sees it: wait for a turn, and tell what the portal said."""

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
        """Take one request from the budget, sleeping until there is room; LimitReached beyond the patience."""
        room = self.bucket.room(background=self.background)
        deadline = self.pace.now() + self.patience
        while (wait := self.store.take(self.pace.now(), self.bucket, room)) > 0:
            if self.pace.now() + wait > deadline:
                raise LimitReached(OWN_LIMIT, f"the budget of the portal is free again in {wait:.0f} s")
            self.pace.sleep(wait * (1 + 0.1 * self.pace.chance()))

    def overrun(self) -> None:
        """The portal answered QUERY_LIMIT_EXCEEDED: somebody else pours into the same bucket."""
        self.store.fill(self.pace.now(), self.bucket)


class LocalStore:
    """A budget for one process: scripts, tests, and portals without limits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._level, self._moment = 0.0, 0.0
        self._pauses: dict[str, float] = {}

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Pour one request in, or say how long to wait."""
        with self._lock:
            level = bucket.level(self._level, now - self._moment)
            if wait := bucket.wait(level, room):
                return wait
            self._level, self._moment = level + 1, now
            return 0.0

    def fill(self, now: float, bucket: Bucket) -> None:
        """Fill the bucket to the brim."""
        with self._lock:
            self._level, self._moment = bucket.full, now

    def pause(self, method: str, until: float) -> None:
        """Pause a method."""
        self._pauses[method] = max(until, self._pauses.get(method, 0.0))

    def pauses(self) -> Mapping[str, float]:
        """Paused methods."""
        return dict(self._pauses)
