"""Money: the sums of the screens, periods with discounts, and what a day of downtime costs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.plans.plan_catalogue import Plan
from b24app.plans.prices import (
    Discount,
    Downtime,
    best_discount,
    cost_of_period,
    money,
    period_costs,
    yearly_budget,
)
from b24app.plans.usage import month_after, seats_run_out
from b24app.sources import Claim, DatedFact

PRICES = st.decimals(Decimal(0), Decimal(10**6), places=2)
ARTICLE = [
    Discount(m, Decimal(p), Claim(source="article", grade="A")) for m, p in ((6, 5), (12, 10), (24, 15))
]


def test_the_budget_of_the_story():
    budget = yearly_budget(
        2027, Decimal(6990) * 12, next_price=Decimal(13990) * 12, steps_from=date(2027, 7, 1)
    )
    assert (budget.base, budget.step, budget.reserve, budget.total) == (83880, 42000, 12588, 138468)
    assert budget.steps_from == date(2027, 7, 1)


def test_other_terms_are_a_layer_of_their_own_and_of_the_reserve():
    budget = yearly_budget(2027, Decimal(12000), others=Decimal(6000))
    assert (budget.base, budget.others, budget.reserve, budget.total) == (12000, 6000, 1800, 19800)
    assert {month.others for month in budget.months} == {Decimal(500)}


def test_without_growth_the_year_is_twelve_equal_months():
    budget = yearly_budget(2027, Decimal(3990) * 12, reserve_percent=Decimal(0))
    assert (budget.total, budget.steps_from) == (47880, None)
    assert {month.total for month in budget.months} == {Decimal(3990)}


def test_a_step_after_the_year_does_not_count():
    budget = yearly_budget(2027, Decimal(1), next_price=Decimal(2), steps_from=date(2028, 1, 1))
    assert (budget.step, budget.steps_from) == (0, None)


def test_forty_three_people_and_one_a_month_fill_fifty_seats_in_june():
    assert seats_run_out(43, 50, Decimal(1), date(2026, 11, 30)) == date(2027, 6, 1)


@pytest.mark.parametrize(
    ("used", "growth", "month"),
    [
        (50, "1", date(2026, 11, 1)),
        (43, "0", None),
        (43, "-2", None),
        (43, "0.001", None),
        (43, "2", date(2027, 3, 1)),
    ],
)
def test_seats_run_out_only_when_the_team_grows(used, growth, month):
    assert seats_run_out(used, 50, Decimal(growth), date(2026, 11, 30)) == month


def test_a_day_of_downtime_in_the_story():
    downtime = Downtime(Decimal(640), Decimal(4350), Decimal(60))
    assert downtime.per_day == 55680
    assert downtime.of_days(3) == 167040
    assert downtime.days_worth(Decimal(83880)) == Decimal("1.5")


@pytest.mark.parametrize(
    ("orders", "per_day", "days", "hours"),
    [(1, "87", "550.3", "13208.3"), (10_000, "870000", "0.1", "1.3"), (0, "0", "0", "0")],
)
def test_downtime_is_right_for_one_order_and_for_ten_thousand(orders, per_day, days, hours):
    downtime = Downtime(Decimal(orders), Decimal(4350), Decimal(60))
    assert downtime.per_day == Decimal(per_day)
    assert downtime.days_worth(Decimal(47880)) == Decimal(days)
    assert downtime.hours_worth(Decimal(47880)) == Decimal(hours)


@pytest.mark.parametrize(("months", "percent"), [(1, None), (6, 5), (11, 5), (12, 10), (24, 15), (36, 15)])
def test_the_articles_discounts_grow_with_the_period(months, percent):
    found = best_discount(months, ARTICLE)
    assert (found.percent if found else None) == percent


def test_a_year_with_ten_per_cent_off():
    cost = cost_of_period(Decimal(3990), 12, Decimal(10))
    assert (cost.full, cost.saved, cost.total, cost.per_month) == (47880, 4788, 43092, 3591)


def test_kopecks_stay_only_when_present():
    assert str(money(Decimal("13990.00"))) == "13990"
    assert str(money(Decimal("0.005"))) == "0.01"


def test_months_roll_over_the_year():
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_after(date(2026, 11, 1), 14) == date(2028, 1, 1)


@given(price=PRICES, months=st.integers(1, 24), percent=st.integers(0, 100))
def test_saved_and_paid_make_the_full_price(price, months, percent):
    cost = cost_of_period(price, months, Decimal(percent))
    assert cost.saved + cost.total == cost.full
    assert 0 <= cost.total <= cost.full


@given(price=PRICES, step=PRICES, month=st.integers(1, 12), reserve=st.integers(0, 50))
def test_a_budget_is_the_sum_of_its_months(price, step, month, reserve):
    budget = yearly_budget(
        2027,
        price,
        next_price=price + step,
        steps_from=date(2027, month, 1),
        reserve_percent=Decimal(reserve),
    )
    assert sum(item.total for item in budget.months) == budget.total
    assert budget.base == price
    assert budget.reserve == money((budget.base + budget.step) * reserve / 100)
    assert budget.step == sum(item.step for item in budget.months)
    assert month > 1 or budget.step == step


@given(price=PRICES, reserve=st.decimals(Decimal(0), Decimal(100), places=2))
def test_every_part_of_a_month_is_whole_in_hundredths(price, reserve):
    budget = yearly_budget(2027, price, reserve_percent=reserve)
    parts = [part for item in budget.months for part in (item.base, item.step, item.reserve, item.total)]
    assert all(part == part.quantize(Decimal("0.01")) for part in (*parts, budget.total))


def test_a_cheaper_next_plan_sets_nothing_aside():
    budget = yearly_budget(2027, Decimal(9000), next_price=Decimal(3600), steps_from=date(2027, 3, 1))
    assert (budget.step, budget.steps_from, budget.total) == (0, None, 9900)


def plan(**prices: Claim) -> Plan:
    return Plan("std", "Standard", 2, {code: DatedFact((claim,), "high") for code, claim in prices.items()})


ARTICLES, MINE = (
    Claim(3990, "article", None, "A"),
    Claim(Decimal("40698.50"), "person", date(2026, 11, 30), "H"),
)


@pytest.mark.parametrize(
    ("prices", "period", "year"),
    [
        ({"price": ARTICLES}, 0, "47880"),
        ({"price": ARTICLES, "price_year": MINE}, 0, "40698.50"),
        ({"price": replace(MINE, value=4000), "price_year": MINE}, 0, "40698.50"),
        ({"price": replace(MINE, value=4000), "price_year": MINE}, 1, "48000"),
        ({"price_year": MINE}, 1, "40698.50"),
    ],
)
def test_a_year_costs_what_a_person_wrote_for_the_period_that_is_paid(prices, period, year):
    assert plan(**prices).year_price(period) == Decimal(year)


def test_periods_are_those_that_are_sold_and_a_discount_that_nobody_confirmed_is_an_estimate():
    mine = plan(price=Claim(3990, "person", date(2026, 11, 30), "H"))
    month, year = period_costs(mine, (1, 12), ARTICLE)
    assert (month.total, month.estimate, month.source) == (3990, False, "")
    assert (year.total, year.estimate, year.source) == (43092, True, "article")
    (written,) = period_costs(plan(price=ARTICLES, price_year=MINE), (12,), ARTICLE)
    assert (written.total, written.estimate) == (Decimal("40698.50"), False)
    assert written.saved + written.total == written.full
