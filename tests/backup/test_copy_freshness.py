"""A copy must be of the last 24 hours on the day before the end; until then its age is only told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from b24app.backup.proofs.copy_freshness import judge_freshness

ENDS = date(2026, 12, 18)


def day_of(at: datetime) -> date:
    return (at + timedelta(hours=3)).date()


def judge(made: datetime | None, now: datetime, ends: date | None = ENDS):
    return judge_freshness(made, now, ends, day_of)


NOON_BEFORE = datetime(2026, 12, 17, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours_old", "now", "passed"),
    [
        (400, datetime(2026, 12, 10, 9, tzinfo=UTC), True),
        (23, NOON_BEFORE, True),
        (24, NOON_BEFORE, True),
        (25, NOON_BEFORE, False),
        (25, NOON_BEFORE + timedelta(days=1), False),
    ],
)
def test_it_is_demanded_from_the_day_before_the_end(hours_old: int, now: datetime, passed: bool):
    assert judge(now - timedelta(hours=hours_old), now).passed is passed


def test_the_eve_begins_at_midnight_of_the_portal():
    assert not judge(None, datetime(2026, 12, 16, 20, 59, tzinfo=UTC)).eve
    assert judge(None, datetime(2026, 12, 16, 21, 0, tzinfo=UTC)).eve


def test_after_the_end_the_copy_of_the_last_day_holds_for_the_portal_shows_nothing_more():
    made = datetime(2026, 12, 18, 1, tzinfo=UTC)
    assert judge(made, made + timedelta(days=10)).passed
    assert not judge(made - timedelta(days=1), made + timedelta(days=10)).passed


def test_without_a_known_end_there_is_no_eve():
    found = judge(NOON_BEFORE - timedelta(days=90), NOON_BEFORE, None)
    assert (found.passed, found.eve, found.hours) == (True, False, 90 * 24)


def test_a_copy_of_tomorrow_is_not_fresh_but_an_hour_of_difference_is_forgiven():
    assert not judge(NOON_BEFORE + timedelta(hours=2), NOON_BEFORE).passed
    assert judge(NOON_BEFORE + timedelta(minutes=30), NOON_BEFORE).passed
