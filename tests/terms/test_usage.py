"""Use against limits, its trend, and the measures that are kept."""

from datetime import date
from decimal import Decimal

import pytest

from b24app.database import portal_scope
from b24app.errors import BadInput
from b24app.plans.usage import (
    Point,
    UsageLevel,
    ended_months,
    full_on,
    gauge,
    growth_per_month,
    growth_percent,
    last_months,
    months_until,
)
from b24app.terms.usage_records import current_need, list_usage, record_usage
from tests.terms.conftest import AT, MARINA

TODAY = date(2026, 11, 30)


def points(*values: int, code_day: int = 1) -> list[Point]:
    """Monthly points that end in November 2026."""
    return [Point(date(2026, 12 - len(values) + n, code_day), Decimal(v)) for n, v in enumerate(values)]


@pytest.mark.parametrize(
    ("used", "limit", "level", "percent"),
    [
        (43, 50, UsageLevel.FINE, 86),
        (45, 50, UsageLevel.FINE, 90),
        (46, 50, UsageLevel.NEAR, 92),
        (50, 50, UsageLevel.NEAR, 100),
        (51, 50, UsageLevel.OVER, 102),
        (4, None, UsageLevel.NO_LIMIT, None),
    ],
)
def test_a_gauge_turns_above_ninety_per_cent_and_above_the_limit(used, limit, level, percent):
    found = gauge("users", points(used), limit)
    assert (found.level, found.percent) == (level, percent)


def test_a_measure_that_was_never_taken_is_not_zero():
    found = gauge("users", [], 50)
    assert (found.level, found.used, found.free) == (UsageLevel.NO_DATA, None, None)


def test_free_seats_are_counted():
    assert gauge("users", points(43), 50).free == 7


def test_growth_is_the_average_of_half_a_year():
    assert growth_per_month(points(38, 39, 40, 41, 42, 43)) == Decimal("1.0")
    assert growth_per_month(points(43)) is None
    assert (
        growth_per_month([Point(date(2026, 11, 1), Decimal(42)), Point(date(2026, 11, 20), Decimal(43))])
        is None
    )


def test_orders_grow_in_per_cent_a_month():
    assert growth_percent(points(416, 453, 494, 538, 587, 640)) == 9
    assert growth_percent(points(0, 0, 640)) is None
    assert growth_percent(points(640)) is None
    assert (
        growth_percent([Point(date(2026, 11, 1), Decimal(4)), Point(date(2026, 11, 2), Decimal(5))]) is None
    )


def test_seats_last_seven_months_in_the_story():
    month = full_on(gauge("users", points(43), 50), Decimal(1), TODAY)
    assert month == date(2027, 6, 1)
    assert months_until(TODAY, month) == 7


def test_without_a_limit_or_growth_nothing_runs_out():
    assert full_on(gauge("users", points(43), None), Decimal(1), TODAY) is None
    assert full_on(gauge("users", points(43), 50), None, TODAY) is None


def test_a_month_without_orders_known_is_left_out():
    months = [
        Point(date(2026, 5, 1), Decimal(1)),
        Point(date(2026, 6, 1), Decimal(2)),
        Point(date(2026, 11, 1), Decimal(3)),
    ]
    assert [p.day.month for p in last_months(months, TODAY)] == [6, 11]


def test_keeps_orders_by_month_and_the_newest_word(portal):
    record_usage("orders", 600, on=date(2026, 11, 12), at=AT)
    record_usage("orders", 640, on=TODAY, at=AT)
    record_usage("users", 43, on=TODAY, at=AT)
    usage = list_usage()
    assert usage["orders"] == (Point(date(2026, 11, 1), Decimal(640)),)
    assert current_need(usage) == {"orders": 640, "users": 43}


def test_the_portal_does_not_overwrite_a_persons_word(portal):
    record_usage("disk_gb", Decimal("78.4"), on=TODAY, at=AT, by=MARINA)
    record_usage("disk_gb", 2, on=TODAY, at=AT)
    assert list_usage(since=TODAY)["disk_gb"][0].value == Decimal("78.4")


def test_refuses_what_is_no_measure(portal):
    with pytest.raises(BadInput):
        record_usage("mood", 1, on=TODAY, at=AT)
    with pytest.raises(BadInput):
        record_usage("users", -1, on=TODAY, at=AT)


def test_use_of_one_portal_is_invisible_to_another(portal, other):
    record_usage("users", 43, on=TODAY, at=AT)
    with portal_scope(other.id):
        assert list_usage() == {}


def test_a_month_that_has_only_begun_is_not_compared_with_whole_ones() -> None:
    begun = Point(date(2026, 12, 1), Decimal(12))
    whole = points(416, 453, 494)
    assert ended_months((*whole, begun), date(2026, 12, 2)) == tuple(whole)
    assert ended_months((*whole, begun), date(2026, 12, 28)) == (*whole, begun)
    assert ended_months((begun,), date(2026, 12, 2)) == (begun,)
