"""When a shop trades: its weekdays, holidays and hours, derived from the moments of orders and other events. Pure.

Time is measured in usual days: one of them brings as much as an ordinary working day of this shop. A closed weekend, a
holiday and the night bring next to nothing, so a silence within them is next to no silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from operator import add, mul

from b24app.terms.working_days import ONE_DAY, DayKind, open_calendar, span

HOLIDAY = 7
"""The kind of day after Monday to Sunday: a holiday, and every closed day beside one."""
KINDS = 8
PRIOR = 4.0
"""The weight of the default pattern in occurrences; what is seen outweighs it soon."""
UNSURE = 0.3
"""Lower bound of the default: a shop watched in holidays alone does not count as selling a hundred times more on working days."""
LONGEST = timedelta(days=800)
USUAL_WEEK = (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.3, 0.0)
_DAY = (*([0.1] * 7), 0.6, 1.2, *([1.9] * 10), 1.2, 0.9, 0.5, 0.3, 0.2)
USUAL_HOURS = tuple(weight / sum(_DAY) for weight in _DAY)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Occurrences by kind of day and by hour, and for how many days each was watched."""

    came: tuple[int, ...] = (0,) * KINDS
    days: tuple[float, ...] = (0.0,) * KINDS
    hours: tuple[int, ...] = (0,) * 24
    watched: tuple[float, ...] = (0.0,) * 24

    def joined(self, other: "Pattern") -> "Pattern":
        """Both together; they must not have watched the same time."""
        return Pattern(
            tuple(map(add, self.came, other.came)),
            tuple(map(add, self.days, other.days)),
            tuple(map(add, self.hours, other.hours)),
            tuple(map(add, self.watched, other.watched)),
        )


@dataclass(frozen=True, slots=True)
class TradeHours:
    """The share of a usual day for each kind of day, and its distribution over the hours, which sum up to one."""

    country: str
    zone: tzinfo | None
    week: tuple[float, ...] = USUAL_WEEK
    hours: tuple[float, ...] = USUAL_HOURS

    def between(self, start: datetime, end: datetime) -> float:
        """The usual days between two moments; none when the second is not later."""
        start, end = max(start, end - LONGEST).astimezone(self.zone), end.astimezone(self.zone)
        if end <= start:
            return 0.0
        whole = sum(self.worth(day) for day in span(start.date(), end.date() - ONE_DAY))
        first = self.worth(start.date()) * self._until(start)
        return max(0.0, whole - first + self.worth(end.date()) * self._until(end))

    def after(self, start: datetime, days: float) -> datetime:
        """The moment at which so many usual days will have passed."""
        left = days + self.worth(start.astimezone(self.zone).date()) * self._until(
            start.astimezone(self.zone)
        )
        first = start.astimezone(self.zone).date()
        for day in span(first, first + LONGEST):
            worth = self.worth(day)
            if worth > 0 and left <= worth:
                return self._moment(day, left / worth)
            left -= worth
        return start + LONGEST

    def worth(self, day: date) -> float:
        """How much of a usual day this day is."""
        return self.week[kind_of(self.country, day)]

    def learned(self, pattern: Pattern) -> "TradeHours":
        """The same hours corrected by a pattern."""
        week = _ratios(pattern.came, pattern.days, self.week)
        usual = sum(sorted(week[:HOLIDAY])[-5:]) / 5 or 1.0
        hours = _ratios(pattern.hours, pattern.watched, [24 * share for share in self.hours])
        return TradeHours(
            self.country,
            self.zone,
            tuple(one / usual for one in week),
            tuple(one / sum(hours) for one in hours),
        )

    def _until(self, moment: datetime) -> float:
        """Which share of a day's trade comes before this time of day."""
        part = (moment.minute + moment.second / 60) / 60
        return sum(self.hours[: moment.hour]) + self.hours[moment.hour] * part

    def _moment(self, day: date, share: float) -> datetime:
        """The time of a day before which this share of its trade comes."""
        for hour, one in enumerate(self.hours):
            if share <= one:
                inside = share / one if one else 0.0
                begin = datetime.combine(day, time(hour), self.zone)
                return begin + timedelta(minutes=round(60 * inside))
            share -= one
        return datetime.combine(day + ONE_DAY, time(), self.zone)


def pattern_of(moments: Iterable[datetime], since: datetime, until: datetime, hours: TradeHours) -> Pattern:
    """The pattern of a period with complete data; many moments within one hour count once."""
    since, until = max(since, until - LONGEST).astimezone(hours.zone), until.astimezone(hours.zone)
    came, days, by_hour = [0] * KINDS, [0.0] * KINDS, [0] * 24
    for moment in thinned(one.astimezone(hours.zone) for one in moments if since <= one <= until):
        came[kind_of(hours.country, moment.date())] += 1
        by_hour[moment.hour] += 1
    watched = [0.0] * 24
    for day, shares in _watch(since, until):
        days[kind_of(hours.country, day)] += sum(map(mul, shares, USUAL_HOURS))
        watched = list(map(add, watched, shares))
    return Pattern(tuple(came), tuple(days), tuple(by_hour), tuple(watched))


def thinned(moments: Iterable[datetime]) -> list[datetime]:
    """The moments in order, one for each hour: an exchange that brings ten orders at once counts once."""
    kept: list[datetime] = []
    for moment in sorted(moments, key=datetime.timestamp):
        if not kept or moment - kept[-1] >= timedelta(hours=1):
            kept.append(moment)
    return kept


@lru_cache(maxsize=20_000)
def kind_of(country: str, day: date) -> int:
    """The weekday, or HOLIDAY for a holiday and for every closed day of a run that holds one and is longer than a weekend."""
    calendar = open_calendar(country)
    if calendar.kind(day) is DayKind.WORKING:
        return day.weekday()
    run = _closed_run(country, day)
    if calendar.kind(day) is DayKind.HOLIDAY:
        return HOLIDAY
    holidays = any(calendar.kind(one) is DayKind.HOLIDAY for one in run)
    return HOLIDAY if holidays and len(run) > len(("Saturday", "Sunday")) else day.weekday()


def country_of(license_code: str) -> str:
    """The country of a plan's code, such as ru_std; a region without a working calendar of its own counts as Russia."""
    return license_code.partition("_")[0].lower()


def _closed_run(country: str, day: date) -> list[date]:
    calendar = open_calendar(country)
    first = last = day
    while not calendar.is_open(first - ONE_DAY):
        first -= ONE_DAY
    while not calendar.is_open(last + ONE_DAY):
        last += ONE_DAY
    return list(span(first, last))


FULL = (1.0,) * 24


def _watch(since: datetime, until: datetime) -> Iterator[tuple[date, Sequence[float]]]:
    """Each day of a period with the share of each of its hours inside the period."""
    for day in span(since.date(), until.date()):
        if since.date() < day < until.date():
            yield day, FULL
            continue
        begin = since.hour + since.minute / 60 if day == since.date() else 0.0
        end = until.hour + until.minute / 60 if day == until.date() else 24.0
        yield day, [max(0.0, min(end, hour + 1) - max(begin, hour)) for hour in range(24)]


def _ratios(came: Sequence[float], watched: Sequence[float], prior: Sequence[float]) -> list[float]:
    """How much more or less than usual each kind brought; kinds that were hardly watched keep the default."""
    expected = sum(map(mul, watched, (max(opinion, UNSURE) for opinion in prior)))
    rate = sum(came) / expected if expected else 0.0
    return [
        (count + PRIOR * opinion) / (days * rate + PRIOR)
        for count, days, opinion in zip(came, watched, prior, strict=True)
    ]
