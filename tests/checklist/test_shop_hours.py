"""When a shop trades: learned from its orders, by weekday, hour and the working calendar of its country."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.checklist.engine.shop_hours import (
    HOLIDAY,
    Pattern,
    TradeHours,
    country_of,
    kind_of,
    pattern_of,
    thinned,
)

MOSCOW = ZoneInfo("Europe/Moscow")
UNKNOWN = TradeHours("ru", MOSCOW)
MONDAY = datetime(2026, 10, 5, tzinfo=MOSCOW)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 86400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
WORTHS = st.lists(st.floats(0, 3), min_size=8, max_size=8).map(tuple)


def office(weeks: int) -> list[datetime]:
    """Six orders on each working day, between ten and six."""
    days = [MONDAY + timedelta(days=day) for day in range(7 * weeks)]
    return [day.replace(hour=hour) for day in days if day.weekday() < 5 for hour in (10, 11, 13, 14, 16, 17)]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 12, 30), 2),
        (date(2026, 12, 31), HOLIDAY),
        (date(2027, 1, 4), HOLIDAY),
        (date(2027, 1, 9), HOLIDAY),
        (date(2027, 1, 11), 0),
        (date(2026, 12, 5), 5),
        (date(2026, 12, 6), 6),
    ],
)
def test_a_closed_day_beside_holidays_is_a_holiday_and_an_ordinary_weekend_is_not(day: date, kind: int):
    assert kind_of("ru", day) == kind


def test_each_country_has_its_own_calendar():
    nauryz = date(2026, 3, 23)
    assert kind_of("kz", nauryz) == HOLIDAY
    assert kind_of("ru", nauryz) == nauryz.weekday()


@pytest.mark.parametrize(("plan", "country"), [("ru_std", "ru"), ("kz_basic", "kz"), ("", "")])
def test_the_country_is_that_of_the_plan(plan: str, country: str):
    assert country_of(plan) == country
    assert TradeHours(country_of(plan), MOSCOW).worth(date(2027, 1, 1)) == 0


def test_a_shop_that_sells_on_weekdays_is_known_to_be_closed_on_weekends_and_at_night():
    moments = office(weeks=4)
    hours = UNKNOWN.learned(pattern_of(moments, MONDAY, MONDAY + timedelta(weeks=4), UNKNOWN))
    assert hours.week[5] < 0.1
    assert hours.week[6] < 0.1
    assert all(0.8 < one < 1.3 for one in hours.week[:5])
    night = MONDAY.replace(hour=20)
    assert hours.between(night, night + timedelta(hours=12)) < 0.15


def test_a_shop_that_sells_every_day_is_known_to_do_so():
    moments = [MONDAY + timedelta(days=day, hours=hour) for day in range(28) for hour in range(9, 22, 2)]
    hours = UNKNOWN.learned(pattern_of(moments, MONDAY, MONDAY + timedelta(weeks=4), UNKNOWN))
    assert all(one > 0.8 for one in hours.week[:7])


def test_a_holiday_counts_once_it_was_seen_to_bring_orders():
    new_year = datetime(2026, 1, 1, tzinfo=MOSCOW)
    moments = [new_year + timedelta(days=day, hours=hour) for day in range(20) for hour in range(9, 22, 2)]
    hours = UNKNOWN.learned(pattern_of(moments, new_year, new_year + timedelta(days=20), UNKNOWN))
    assert UNKNOWN.worth(date(2027, 1, 4)) == 0
    assert hours.worth(date(2027, 1, 4)) > 0.7


def test_a_handful_of_orders_changes_the_opinion_only_a_little():
    lucky_saturday = [MONDAY + timedelta(days=5, hours=12)]
    hours = UNKNOWN.learned(pattern_of(lucky_saturday, MONDAY, MONDAY + timedelta(days=7), UNKNOWN))
    assert hours.week[5] < 1.2
    assert UNKNOWN.learned(Pattern()).week == pytest.approx(UNKNOWN.week)


@given(MOMENTS, MOMENTS, MOMENTS, WORTHS)
def test_time_adds_up(first: datetime, second: datetime, third: datetime, week: tuple[float, ...]):
    hours = TradeHours("ru", MOSCOW, week)
    one, two, three = sorted((first, second, third))
    if three - one <= timedelta(days=700):
        whole = hours.between(one, three)
        assert whole == pytest.approx(hours.between(one, two) + hours.between(two, three), abs=1e-6)
        assert hours.between(three, one) == 0


@given(MOMENTS, st.floats(0.1, 20))
def test_so_much_time_has_passed_at_the_moment_found(start: datetime, days: float):
    end = UNKNOWN.after(start, days)
    assert UNKNOWN.between(start, end) == pytest.approx(days, abs=0.01)


@given(st.lists(MOMENTS, max_size=60))
def test_many_within_an_hour_count_once(moments: list[datetime]):
    kept = thinned(moments)
    assert all(later - sooner >= timedelta(hours=1) for sooner, later in itertools.pairwise(kept))
    assert all(any(timedelta() <= one - other < timedelta(hours=1) for other in kept) for one in moments)


@given(st.lists(MOMENTS, min_size=2, max_size=40))
def test_patterns_of_neighbouring_times_join_to_that_of_both(moments: list[datetime]):
    first, last = min(moments), max(moments)
    middle = first + (last - first) / 2
    if last - first < timedelta(days=700):
        parts = pattern_of([], first, middle, UNKNOWN).joined(pattern_of([], middle, last, UNKNOWN))
        assert parts.days == pytest.approx(pattern_of([], first, last, UNKNOWN).days, abs=0.01)
