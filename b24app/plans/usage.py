"""Usage against the limits of a plan: how full each limit is, how it grows, and when it runs out. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from b24app.text.messages import N_

NEAR_PERCENT = 90
NEAR_PERCENTS = {"disk_gb": 85}
"""How full a limit is worth a look, above which share; one rule of the pages and of the checks."""
TREND_MONTHS = 6
BUSIEST_OF = 7
NEARLY_OVER = 28  # by then a month lacks a tenth of its orders at most

MEASURES = {
    "users": N_("Employees"),
    "disk_gb": N_("Disk, GB"),
    "orders": N_("Orders a month"),
    "deals": N_("Deals"),
    "pipelines": N_("Pipelines of deals"),
    "smart_processes": N_("Smart processes"),
    "sites": N_("Sites"),
    "administrators": N_("Administrators"),
    "business_processes": N_("Business processes"),
    "bi_reports": N_("BI Builder reports"),
    "idle_users": N_("Employees not seen for 60 days"),
}
MONTHLY = ("orders",)


class UsageLevel(StrEnum):
    """How full a limit is."""

    FINE = "fine"
    NEAR = "near"
    OVER = "over"
    NO_LIMIT = "no_limit"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Point:
    """One measure on a day, with who entered it."""

    day: date
    value: Decimal
    source: str = "portal"
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measure against its limit; `limit` None means that no source states one."""

    code: str
    title: str
    used: Decimal | None
    limit: int | None
    percent: int | None
    level: UsageLevel
    known: Point | None

    @property
    def free(self) -> Decimal | None:
        """What is left up to the limit; negative above it."""
        return None if self.used is None or self.limit is None else self.limit - self.used


def gauge(code: str, points: Sequence[Point], limit: int | None) -> Gauge:
    """The newest point against the limit."""
    last = points[-1] if points else None
    used = last.value if last else None
    percent = None if used is None or not limit else int(used * 100 / limit)
    return Gauge(code, MEASURES[code], used, limit, percent, level_of(code, used, limit), last)


def level_of(code: str, used: Decimal | float | None, limit: int | None) -> UsageLevel:
    """How full a limit is: the rule of the pages and of the checks."""
    if used is None:
        return UsageLevel.NO_DATA
    if limit is None:
        return UsageLevel.NO_LIMIT
    if used > limit:
        return UsageLevel.OVER
    return UsageLevel.NEAR if used * 100 > limit * NEAR_PERCENTS.get(code, NEAR_PERCENT) else UsageLevel.FINE


def recent(points: Sequence[Point], months: int = TREND_MONTHS) -> tuple[Point, ...]:
    """The points of the last months, counted from the newest one."""
    if not points:
        return ()
    first_day = month_after(points[-1].day, -months)
    return tuple(point for point in points if point.day >= first_day)


def growth_per_month(points: Sequence[Point]) -> Decimal | None:
    """Average change a month over the last half year; None when one point is all there is."""
    half_year = recent(points)
    if len(half_year) < 2:
        return None
    first, last = half_year[0], half_year[-1]
    days = (last.day - first.day).days
    if days < 28:
        return None
    return ((last.value - first.value) / (Decimal(days) / Decimal("30.4375"))).quantize(Decimal("0.1"))


def growth_percent(points: Sequence[Point]) -> int | None:
    """Average growth a month in per cent, compounded over the last half year."""
    half_year = recent(points, TREND_MONTHS - 1)
    if len(half_year) < 2 or half_year[0].value <= 0 or half_year[-1].value <= 0:
        return None
    months = (
        (half_year[-1].day.year - half_year[0].day.year) * 12
        + half_year[-1].day.month
        - half_year[0].day.month
    )
    if months < 1:
        return None
    ratio = float(half_year[-1].value / half_year[0].value)
    return round((math.pow(ratio, 1 / months) - 1) * 100)


def ended_months(points: Sequence[Point], today: date) -> tuple[Point, ...]:
    """The monthly points without the present month before its 28th day; all points when there are no others."""
    border = today if today.day >= NEARLY_OVER else today.replace(day=1)
    ended = tuple(point for point in points if point.day < border)
    return ended or tuple(points)


def last_months(points: Sequence[Point], today: date, count: int = 6) -> tuple[Point, ...]:
    """The monthly points of the last months in order; a month without a point is left out, never zero."""
    first_day = month_after(today, 1 - count)
    return tuple(point for point in points if first_day <= point.day <= today)


def busiest_month(points: Sequence[Point], today: date, count: int = BUSIEST_OF) -> Point | None:
    """The month with the most orders of the present one and the six before it: the rule of the page and of the check."""
    return max(last_months(points, today, count), key=lambda point: point.value, default=None)


def full_on(found: Gauge, growth: Decimal | None, today: date) -> date | None:
    """The month in which the limit is reached at the present growth."""
    if found.used is None or found.limit is None or growth is None:
        return None
    return seats_run_out(int(found.used), found.limit, growth, today)


def months_until(today: date, month: date) -> int:
    """Whole months from this month to another."""
    return (month.year - today.year) * 12 + month.month - today.month


def seats_run_out(used: int, limit: int, growth_per_month: Decimal, start: date) -> date | None:
    """The first day of the month in which the last seat is taken; None when that is not in sight.

    `used` is counted at `start`; growth is added each following month.
    """
    if used >= limit:
        return start.replace(day=1)
    if growth_per_month <= 0:
        return None
    months = math.ceil((limit - used) / growth_per_month)
    return month_after(start, months) if months <= 600 else None


def month_after(day: date, count: int = 1) -> date:
    """The first day of the month `count` months later."""
    number = day.year * 12 + day.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
