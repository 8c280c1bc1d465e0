"""Days on which banks work, by the official calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.terms.working_days import BankCalendar, DayKind, open_calendar, span

RU = open_calendar("ru")
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 12, 30), True),
        (date(2026, 12, 31), False),
        (date(2027, 1, 8), False),
        (date(2027, 1, 11), True),
        (date(2026, 1, 9), False),
        (date(2027, 2, 20), True),
        (date(2027, 2, 22), False),
        (date(2025, 11, 1), True),
        (date(2025, 11, 3), False),
        (date(2026, 5, 11), False),
    ],
)
def test_follows_the_official_russian_transfers(day, is_open):
    assert RU.is_open(day) is is_open


def test_january_holidays_make_one_closed_span():
    assert RU.closed_spans(date(2026, 12, 1), date(2027, 1, 5)) == ((date(2026, 12, 31), date(2027, 1, 10)),)


def test_an_ordinary_weekend_is_no_closed_span():
    assert RU.closed_spans(date(2026, 12, 1), date(2026, 12, 20)) == ()


def test_three_days_after_the_thirtieth_of_december_take_two_weeks():
    assert RU.after(date(2026, 12, 30), 3) == date(2027, 1, 13)
    assert RU.after(date(2026, 12, 25), 5) == date(2027, 1, 12)


def test_weekends_and_holidays_are_told_apart():
    kinds = [RU.kind(date(2026, 12, day)) for day in (30, 31, 26)]
    assert kinds == [DayKind.WORKING, DayKind.HOLIDAY, DayKind.WEEKEND]


def test_a_working_saturday_of_belarus_is_open():
    assert open_calendar("by").is_open(date(2026, 4, 25))
    assert not open_calendar("by").is_open(date(2026, 4, 20))


def test_kazakhstan_rests_on_its_own_days():
    assert not open_calendar("kz").is_open(date(2026, 3, 23))
    assert RU.is_open(date(2026, 3, 23))


def test_a_neighbour_we_do_not_carry_is_counted_as_russia():
    assert open_calendar("uz").country == open_calendar("").country == "ru"


def test_of_the_rest_of_the_world_weekends_alone_are_counted():
    calendar = open_calendar("de")
    assert calendar.weekends_only
    assert not RU.weekends_only
    assert calendar.is_open(date(2027, 1, 4))  # a holiday in Russia
    assert not calendar.is_open(date(2027, 1, 9))
    assert calendar.undecreed_years(date(2027, 12, 1), date(2040, 1, 20)) == ()
    assert calendar.closed_spans(date(2026, 12, 1), date(2027, 1, 31)) == ()


def test_warns_about_a_year_that_is_not_decreed_yet():
    assert RU.undecreed_years(date(2027, 12, 1), date(2028, 1, 20)) == (2028,)
    assert RU.undecreed_years(date(2026, 12, 1), date(2027, 1, 20)) == ()


def test_corrections_by_hand_win():
    by_hand = BankCalendar(
        "ru",
        RU.days,
        2027,
        date(2026, 11, 24),
        off=frozenset({date(2026, 12, 30)}),
        on=frozenset({date(2026, 12, 31)}),
    )
    assert by_hand.is_open(date(2026, 12, 31))
    assert by_hand.kind(date(2026, 12, 30)) is DayKind.HOLIDAY


@given(day=DAYS, count=st.integers(1, 30))
def test_going_forward_lands_on_an_open_day_and_counts_back(day, count):
    landed = RU.after(day, count)
    assert RU.is_open(landed)
    assert RU.between(day, landed) == count
    assert RU.between(landed, day) == -count


@given(day=DAYS, count=st.integers(0, 30))
def test_one_day_more_is_never_earlier(day, count):
    assert RU.after(day, count) <= RU.after(day, count + 1)
    assert RU.before(day, count) >= RU.before(day, count + 1)


@given(day=DAYS)
def test_closed_spans_hold_only_closed_days(day):
    for first, last in RU.closed_spans(day, day + timedelta(days=60)):
        assert not any(RU.is_open(inside) for inside in span(first, last))
        assert RU.is_open(last + timedelta(days=1))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(204, 11, 24), date(9999, 12, 31)])
def test_a_day_with_a_slip_in_its_year_is_not_counted_for_thousands_of_years(day):
    today = date(2026, 11, 30)
    assert abs(RU.between(day, today)) <= 3660
    assert abs(RU.between(today, day)) <= 3660
