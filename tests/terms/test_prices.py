"""Money: the sums of the screens, periods with discounts, and what a day of downtime costs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.plans.prices import Discount, Downtime, best_discount, cost_of_period, money, yearly_budget
from b24app.plans.usage import month_after, seats_run_out
from b24app.sources import Claim

PRICES = st.decimals(Decimal(0), Decimal(10**6), places=2)
ARTICLE = [
    Discount(m, Decimal(p), Claim(source="article", grade="A")) for m, p in ((6, 5), (12, 10), (24, 15))
]


def test_the_budget_of_the_story():
    budget = yearly_budget(2027, Decimal(6990), next_price=Decimal(13990), steps_from=date(2027, 7, 1))
    assert (budget.base, budget.step, budget.reserve, budget.total) == (83880, 42000, 12588, 138468)
    assert budget.steps_from == date(2027, 7, 1)


def test_quarters_hold_the_same_money():
    budget = yearly_budget(2027, Decimal(6990), next_price=Decimal(13990), steps_from=date(2027, 7, 1))
    quarters = budget.quarters()
    assert [quarter.first_day.month for quarter in quarters] == [1, 4, 7, 10]
    assert sum(quarter.total for quarter in quarters) == budget.total


def test_without_growth_the_year_is_twelve_equal_months():
    budget = yearly_budget(2027, Decimal(3990), reserve_percent=Decimal(0))
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
    downtime = Downtime(21, Decimal(4350), Decimal(60))
    assert downtime.per_day == 54810
    assert downtime.per_day * 3 == 164430
    assert downtime.days_worth(Decimal(83880)) == Decimal("1.5")


def test_a_shop_without_orders_loses_nothing():
    assert Downtime(0, Decimal(4350), Decimal(60)).days_worth(Decimal(83880)) == 0


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
    assert budget.step == step * (13 - month)
