"""Working days of banks: which days are open, how to count them, and which years are not decreed yet. Pure."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import holidays

from b24app.sources import HOME, read_data, read_neighbours, regions_with

ONE_DAY = timedelta(days=1)
MOST_COUNTED_DAYS = 3660
CALENDAR = "calendar.toml"
WEEKENDS = "weekends"
"""The calendar of a country without data: its weekends alone."""
NEVER_MOVED = 9999


class DayKind(StrEnum):
    """What a bank does on a day."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class BankCalendar:
    """The working calendar of one country; `off` and `on` are corrections by hand."""

    country: str
    days: holidays.HolidayBase
    decreed_until: int
    checked_on: date
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    @property
    def weekends_only(self) -> bool:
        """Whether the holidays of the country are unknown."""
        return self.country == WEEKENDS

    def is_open(self, day: date) -> bool:
        """Whether banks work on this day."""
        found = self._open_days.get(day)
        if found is None:
            found = day in self.on or (day not in self.off and bool(self.days.is_working_day(day)))
            self._open_days[day] = found
        return found

    @functools.cached_property
    def _open_days(self) -> dict[date, bool]:
        """A cache of open days: one way to pay walks the same days hundreds of times."""
        return {}

    def kind(self, day: date) -> DayKind:
        """Working, an ordinary weekend, or a holiday (a transferred day off is one)."""
        if self.is_open(day):
            return DayKind.WORKING
        return DayKind.HOLIDAY if day in self.off or day in self.days else DayKind.WEEKEND

    def after(self, day: date, count: int) -> date:
        """The day `count` working days later; the start itself is not counted."""
        return self.walked(day, count, ONE_DAY)[-1] if count else day

    def before(self, day: date, count: int) -> date:
        """The day `count` working days earlier; the start itself is not counted."""
        return self.walked(day, count, -ONE_DAY)[-1] if count else day

    def walked(self, day: date, count: int, step: timedelta) -> tuple[date, ...]:
        """The working days passed, nearest first."""
        days: list[date] = []
        while len(days) < count:
            day += step
            if self.is_open(day):
                days.append(day)
        return tuple(days)

    def open_or_before(self, day: date) -> date:
        """The day itself when banks work, else the last working day before it."""
        return day if self.is_open(day) else self.before(day, 1)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when the end has passed.

        More than ten years are not counted: a stored day with a wrong year must not hold up a page.
        """
        if end < start:
            return -self.between(end, start)
        start = date.fromordinal(max(start.toordinal(), end.toordinal() - MOST_COUNTED_DAYS))
        return sum(self.is_open(day) for day in span(start + ONE_DAY, end))

    def closed_spans(self, start: date, end: date, shortest: int = 4) -> tuple[tuple[date, date], ...]:
        """Runs of closed days that touch a period and are longer than a weekend; whole runs, not cut."""
        spans: list[tuple[date, date]] = []
        day = start
        while day <= end:
            if self.is_open(day):
                day += ONE_DAY
                continue
            run = self._closed_run(day)
            day = run[1] + ONE_DAY
            if (run[1] - run[0]).days + 1 >= shortest:
                spans.append(run)
        return tuple(spans)

    def _closed_run(self, day: date) -> tuple[date, date]:
        first = last = day
        while not self.is_open(first - ONE_DAY):
            first -= ONE_DAY
        while not self.is_open(last + ONE_DAY):
            last += ONE_DAY
        return first, last

    def undecreed_years(self, start: date, end: date) -> tuple[int, ...]:
        """Years of a period whose transfers are unknown yet: their days may still move."""
        return tuple(year for year in range(start.year, end.year + 1) if year > self.decreed_until)


def span(start: date, end: date) -> Iterator[date]:
    """Every day from start to end, both included."""
    for number in range((end - start).days + 1):
        yield start + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What calendar.toml of a region holds: days that a decree moved after the library was made."""

    checked: date
    off: frozenset[date]
    on: frozenset[date]


def bank_countries() -> tuple[str, ...]:
    """The regions whose working calendar we carry."""
    return regions_with(CALENDAR)


def is_known_country(country: str) -> bool:
    """Whether the library of holidays has this country."""
    return country.upper() in holidays.list_supported_countries()


@functools.cache
def open_calendar(country: str = HOME) -> BankCalendar:
    """The calendar of a country; Russia replaces a neighbour without a calendar, weekends the rest of the world.

    Source: the `holidays` library, which carries the official transfers (measured against decrees of 2025-2026).
    """
    if country and country not in bank_countries() and country not in read_neighbours().near:
        return BankCalendar(WEEKENDS, holidays.HolidayBase(), NEVER_MOVED, date.min)
    country = country if country in bank_countries() else HOME
    found = read_data(CalendarFile, CALENDAR, country)
    days = holidays.country_holidays(country.upper())
    transfers = getattr(days, "special_public_holidays", {})
    return BankCalendar(
        country=country,
        days=days,
        decreed_until=max(transfers, default=found.checked.year),
        checked_on=found.checked,
        off=found.off,
        on=found.on,
    )
