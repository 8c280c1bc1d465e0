"""Rate limits of a portal: leaky bucket per source address, operating time per method (limits.md)."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

WINDOW = 600
MINUTE = 60
COUNTED_FROM = 0.1


def _queues() -> dict[tuple[str, str], deque[tuple[int, float]]]:
    return defaultdict(deque)


@dataclass(slots=True)
class Limits:
    """Counters and thresholds of one portal."""

    bucket: int = 50
    drain: float = 2.0
    operating_limit: float = 420.0
    enabled: bool = True
    counts_operating: bool = True
    levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    spent: dict[tuple[str, str], deque[tuple[int, float]]] = field(default_factory=_queues)
    costs: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: str, plan: str) -> Limits:
        """Return the limits of an edition: enterprise 250 at 5/s, other plans 50 at 2/s, box none."""
        if profile == "box":
            return cls(enabled=False, counts_operating=False)
        return cls(bucket=250, drain=5.0) if "_ent" in plan else cls()

    def fit(self, profile: str, plan: str) -> None:
        """Take over the thresholds of another plan and keep the counters."""
        fresh = Limits.of(profile, plan)
        self.bucket, self.drain = fresh.bucket, fresh.drain

    def pour(self, source: str, now: float) -> bool:
        """Take one request from a source; False when its bucket is full."""
        if not self.enabled:
            return True
        level, moment = self.levels.get(source, (0.0, now))
        level = max(0.0, level - (now - moment) * self.drain)
        if level + 1 > self.bucket:
            self.levels[source] = (level, now)
            return False
        self.levels[source] = (level + 1, now)
        return True

    def spend(self, who: str, method: str, seconds: float, now: float) -> None:
        """Add a call's time to its method; short calls do not count."""
        if self.counts_operating and seconds > COUNTED_FROM:
            self.spent[who, method].append((int(now) // MINUTE * MINUTE, seconds))

    def operating(self, who: str, method: str, now: float) -> tuple[float, int | None]:
        """Return the time spent in ten minutes and the moment when the oldest of it expires."""
        entries = self.spent.get((who, method))
        while entries and entries[0][0] <= now - WINDOW:
            entries.popleft()
        if not entries:
            return 0.0, None
        return sum(seconds for _, seconds in entries), entries[0][0] + WINDOW

    def blocked(self, who: str, method: str, now: float) -> bool:
        """Return whether a method is blocked for its operating time."""
        return self.counts_operating and self.operating(who, method, now)[0] >= self.operating_limit
