"""How often something happens: the last time, the usual gap, and whether the silence is unusual."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The last moment and the median gap in days between neighbours."""

    last: datetime | None = None
    gap_days: float | None = None
    count: int = 0

    def silent_days(self, now: datetime) -> int | None:
        """Whole days since the last time."""
        return None if self.last is None else max(0, (now - self.last).days)

    def is_silent(self, now: datetime, least_days: int, times: float) -> bool:
        """Whether it has been quiet for longer than both the least and so many usual gaps."""
        if self.last is None:
            return False
        allowed = max(float(least_days), times * (self.gap_days or 0))
        return now - self.last > timedelta(days=allowed)


def rhythm(moments: Iterable[datetime | None]) -> Rhythm:
    """Find the rhythm of moments in any order; missing ones do not count."""
    known = sorted(moment for moment in moments if moment is not None)
    if not known:
        return Rhythm()
    gaps = [(after - before) / timedelta(days=1) for before, after in itertools.pairwise(known)]
    return Rhythm(known[-1], median(gaps) if gaps else None, len(known))
