"""Times of numbered events (orders, deals): thirteen months of growing, seasonal trade."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Trade by calendar month against an average one: autumn sales and December are strong, summer and January weak.
SEASON = (0.82, 0.88, 1.02, 0.97, 0.93, 0.90, 0.88, 0.94, 1.00, 1.05, 1.16, 1.34)
GROWTH = 1.022
MONTHS = 13
DAY_OPENS = 7.0
DAY_HOURS = 16.5


@dataclass(frozen=True, slots=True)
class Months:
    """Start of each month, number of events in it and before it."""

    starts: tuple[datetime, ...]
    counts: tuple[int, ...]
    before: tuple[int, ...]
    ends: datetime

    def total(self) -> int:
        """Return the number of all events."""
        return self.before[-1] + self.counts[-1]

    def moment(self, index: int, jitter: float) -> datetime:
        """Return the time of the event with this index; larger indexes are always later."""
        month = bisect_right(self.before, index) - 1
        while not self.counts[month]:
            month -= 1
        begins = self.starts[month]
        closes = self.starts[month + 1] if month + 1 < len(self.starts) else self.ends
        days = (closes - begins) / timedelta(days=1)
        position = (index - self.before[month] + jitter) / self.counts[month] * days
        whole = int(position)
        if month + 1 == len(self.starts) and whole == int(days):
            return begins + timedelta(days=position)
        hours = DAY_OPENS + (position - whole) * DAY_HOURS
        return begins + timedelta(days=whole, seconds=int(hours * 3600))


@dataclass(slots=True)
class Pace:
    """Times of seeded events, then of new ones as the clock runs, at the rate of the last full month."""

    months: Months
    now: Callable[[], datetime]
    jitter: Callable[[int], float]
    known: int = 0
    grows: bool = True

    def moment(self, index: int) -> datetime:
        """Return the time of a past or future event; larger indexes are always later."""
        total = self.months.total()
        if index < total:
            return self.months.moment(index, self.jitter(index))
        step = timedelta(days=30) / max(self.months.counts[-2], 1)
        return self.months.ends + step * (index - total + self.jitter(index))

    def arrivals(self) -> range:
        """Return the indexes of events that happened since the last call."""
        before = max(self.known, self.months.total())
        if not self.grows:
            return range(0)
        self.known = before
        while self.moment(self.known) <= self.now():
            self.known += 1
        return range(before, self.known)


def month_starts(now: datetime, months: int = MONTHS) -> tuple[datetime, ...]:
    """List the first moments of this month and of the earlier ones, oldest first."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    starts = [first]
    while len(starts) < months:
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(starts))


def lay_out(now: datetime, last_full_month: int, months: int = MONTHS) -> Months:
    """Distribute events over the months so that the last complete one holds the given count."""
    starts = month_starts(now, months)
    base = last_full_month / SEASON[starts[-2].month - 1]
    counts = [
        round(base * SEASON[begin.month - 1] * GROWTH ** (place - (months - 2)))
        for place, begin in enumerate(starts)
    ]
    next_month = (starts[-1] + timedelta(days=32)).replace(day=1)
    counts[-1] = int(counts[-1] * ((now - starts[-1]) / (next_month - starts[-1])))
    before = [sum(counts[:place]) for place in range(months)]
    return Months(starts, tuple(counts), tuple(before), now)


def lay_out_total(now: datetime, total: int, months: int = MONTHS) -> Months:
    """Distribute a known total over the months in the same proportions."""
    shape = lay_out(now, 1000, months)
    counts = [count * total // shape.total() for count in shape.counts]
    counts[0] += total - sum(counts)
    before = [sum(counts[:place]) for place in range(months)]
    return Months(shape.starts, tuple(counts), tuple(before), now)
