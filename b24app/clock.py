"""The clock, which tests and the demo can set, and time zones by name."""

import functools
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

ANSWER_HOLDS = timedelta(days=1)
CLOCKS_DIFFER = timedelta(hours=1)
"""How far ahead of us a stored moment may be: what is later was written by a wrong clock."""
VENDORS_ZONE = "Europe/Moscow"


class Clock(Protocol):
    """Anything that returns the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SetClock:
    """A clock that stays where it was set."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to, in UTC."""
        return self.moment.astimezone(UTC)

    def advance(self, **step: float) -> None:
        """Move forward by a `timedelta` given by its keywords."""
        self.moment += timedelta(**step)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock moved by the seconds that another process keeps in a file."""

    shift_file: Path

    def now(self) -> datetime:
        """The present moment plus the shift; a missing file means no shift."""
        try:
            shift = float(self.shift_file.read_text() or 0)
        except FileNotFoundError:
            shift = 0.0
        return datetime.now(UTC) + timedelta(seconds=shift)


def today(clock: Clock, zone: str = "UTC") -> date:
    """The calendar day in a time zone, by which terms and deadlines are counted."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def holds_still(at: datetime, now: datetime) -> bool:
    """Whether an answer of a portal may still be shown as the present state: for one day, no longer; one of the future never."""
    return -CLOCKS_DIFFER <= now - at <= ANSWER_HOLDS


def known_zone(name: str) -> str:
    """The name of a time zone when this machine has it, otherwise empty."""
    return name if name in _zones() else ""


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def months_later(at: datetime, months: int) -> datetime:
    """The same day and hour so many months later; the last day of a month that is shorter."""
    number = at.year * 12 + at.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
