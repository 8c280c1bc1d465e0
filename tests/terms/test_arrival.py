"""The day to pay by against an independent count: day after day, every end of two years, every way to pay."""

from bisect import bisect_right
from datetime import date, timedelta

import pytest

from b24app.terms.payment_plan import conditions_for, plan_payment, read_payments
from b24app.terms.policy import read_policy
from b24app.terms.working_days import BankCalendar, open_calendar

pytestmark = pytest.mark.cases

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ENDS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
WAYS = sorted({(code, way) for code, route in read_payments().routes.items() for way in route.methods})
KINDS = ("cloud", "on_premise", "marketplace")  # the last one has no grace


def arrivals(calendar: BankCalendar, days: int) -> dict[date, date]:
    """When the money of each open day is there: a clerk walks from day to day and counts the open ones."""
    found = {}
    for number in range(-120, (LAST - FIRST).days + 60):
        sent = FIRST + timedelta(days=number)
        if not calendar.is_open(sent):
            continue
        day, left = sent, days
        while left:
            day += timedelta(days=1)
            left -= calendar.is_open(day)
        found[sent] = day
    return found


def last_in_time(found: dict[date, date], until: date) -> date:
    """The last day whose money is there by a day; who sends later is never there sooner."""
    days = list(found)
    return days[bisect_right(list(found.values()), until) - 1]


@pytest.mark.parametrize("country", ["ru", "by", "kz"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("route", "method"), WAYS)
def test_it_is_the_last_bank_day_whose_money_arrives_by_the_end(
    route: str, method: str, kind: str, country: str
):
    calendar, policy = open_calendar(country), read_policy(kind, country)
    first = conditions_for(FIRST, policy, method=method)
    in_time = arrivals(calendar, first.transfer_days + first.activation_days)
    in_grace = arrivals(calendar, first.transfer_days + first.late_activation_days)
    wrong = []
    for ends_on in ENDS:
        plan = plan_payment(conditions_for(ends_on, policy, method=method), calendar)
        told = (plan.pay_by, plan.last_chance_on, plan.grace_ends)
        grace_ends = ends_on + timedelta(days=14 if kind != "marketplace" else 0)
        if told != (last_in_time(in_time, ends_on), last_in_time(in_grace, grace_ends), grace_ends):
            wrong.append((ends_on, told))
    assert wrong == []
    assert route in read_payments().routes


@pytest.mark.parametrize("days", range(8))
def test_so_it_is_for_any_number_of_days_on_the_way(days: int):
    calendar, policy = open_calendar("ru"), read_policy("cloud")
    found = arrivals(calendar, days)
    for ends_on in ENDS:
        conditions = conditions_for(ends_on, policy, method="transfer", transfer_days=days)
        assert plan_payment(conditions, calendar).pay_by == last_in_time(found, ends_on)
