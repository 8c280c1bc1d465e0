"""Judges whether a copy is fresh enough: from the day before the end of the term it must not be older than a day. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from b24app.clock import CLOCKS_DIFFER
from b24app.text.messages import N_

A_DAY = timedelta(hours=24)
TOO_OLD = N_("The term ends tomorrow or sooner, and the copy is older than a day. Renew it now.")
NOT_YET = N_("The copy is of a moment that has not come yet: the clock of the server was wrong.")


@dataclass(frozen=True, slots=True)
class CopyFreshness:
    """The result: `eve` is the day before the end and every day after it, until the term is renewed."""

    passed: bool
    eve: bool
    hours: int
    problem: str = ""


def judge_freshness(
    made_at: datetime | None, now: datetime, ends_on: date | None, day_of: Callable[[datetime], date]
) -> CopyFreshness:
    """Judge a copy of `made_at`; after the end it is measured from the end, when the portal may show nothing any more."""
    today = day_of(now)
    eve = ends_on is not None and today >= ends_on - timedelta(days=1)
    if made_at is None:
        return CopyFreshness(passed=False, eve=eve, hours=0)
    age = now - made_at
    hours = max(0, int(age.total_seconds() // 3600))
    if age < -CLOCKS_DIFFER:
        return CopyFreshness(passed=False, eve=eve, hours=0, problem=NOT_YET)
    if eve and ends_on is not None and age > A_DAY and not _covers_the_end(day_of(made_at), ends_on, today):
        return CopyFreshness(passed=False, eve=eve, hours=hours, problem=TOO_OLD)
    return CopyFreshness(passed=True, eve=eve, hours=hours)


def _covers_the_end(made_on: date, ends_on: date, today: date) -> bool:
    """Whether the term is over and the copy is of its last day or later."""
    return today > ends_on and made_on >= ends_on
