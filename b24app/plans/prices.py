"""Prices and budget of a renewal: periods, discounts, a year's budget with growth and reserve, and the cost of a day without it. Pure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from b24app.plans.plan_catalogue import Plan, PlanTable
from b24app.plans.usage import Point, month_after
from b24app.sources import Claim, DatedFact

CENT = Decimal("0.01")
ZERO = Decimal(0)
DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount for paying several months at once, as one source states it."""

    months: int
    percent: Decimal
    claim: Claim


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What a period costs, what a month of it costs, and what is saved against paying monthly.

    `estimate`: the sum to pay uses a price or a discount that nobody here has written in; `source` states the discount.
    """

    months: int
    full: Decimal
    saved: Decimal
    total: Decimal
    per_month: Decimal
    estimate: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class BudgetMonth:
    """One month of the budget in its layers."""

    first_day: date
    base: Decimal
    others: Decimal
    step: Decimal
    reserve: Decimal

    @property
    def total(self) -> Decimal:
        """All layers together."""
        return self.base + self.others + self.step + self.reserve


@dataclass(frozen=True, slots=True)
class YearlyBudget:
    """A year of months, its layers summed, and the month from which a bigger plan is needed."""

    months: tuple[BudgetMonth, ...]
    base: Decimal
    others: Decimal
    step: Decimal
    reserve: Decimal
    steps_from: date | None

    @property
    def total(self) -> Decimal:
        """Everything to be set aside for the year."""
        return self.base + self.others + self.step + self.reserve


LAYERS = ("base", "others", "step", "reserve")
"""The plan, the other terms whose prices are written down, the bigger plan from a month on, and the reserve."""


@dataclass(frozen=True, slots=True)
class Downtime:
    """What a day without the portal costs: orders of a month ÷ 30 × average × the share that goes through the portal."""

    orders: Decimal
    average: Decimal
    share_percent: Decimal

    @property
    def per_day(self) -> Decimal:
        """Sum of one lost day; the orders of a day are not rounded, so that one order a month counts too."""
        return self.of_days(1)

    def of_days(self, days: int) -> Decimal:
        """Sum of several lost days, rounded once."""
        return money(self.orders * self.average * self.share_percent * days / 100 / DAYS_OF_MONTH)

    def days_worth(self, price: Decimal) -> Decimal:
        """How many days of downtime cost as much as this price; zero when a day costs nothing."""
        month = self.orders * self.average * self.share_percent / 100
        return (price * DAYS_OF_MONTH / month).quantize(Decimal("0.1"), ROUND_HALF_UP) if month else ZERO

    def hours_worth(self, price: Decimal) -> Decimal:
        """The same in hours, for a shop that loses more in a day."""
        month = self.orders * self.average * self.share_percent / 100
        return (price * DAYS_OF_MONTH * 24 / month).quantize(Decimal("0.1"), ROUND_HALF_UP) if month else ZERO


def money(value: Decimal) -> Decimal:
    """Round half up to hundredths, and to a whole number when there are none."""
    rounded = value.quantize(CENT, ROUND_HALF_UP)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def cost_of_period(monthly: Decimal, months: int, discount_percent: Decimal = ZERO) -> PeriodCost:
    """What several months cost with a discount in per cent."""
    full = money(monthly * months)
    saved = money(full * discount_percent / 100)
    total = full - saved
    return PeriodCost(months, full, saved, total, money(total / months))


def best_discount(months: int, discounts: Sequence[Discount]) -> Discount | None:
    """The discount of the longest period that is not longer than this one."""
    fitting = [item for item in discounts if item.months <= months]
    return max(fitting, key=lambda item: item.months, default=None)


def spread(total: Decimal, parts: int = 12) -> tuple[Decimal, ...]:
    """A sum in equal parts of whole hundredths that add up to it exactly."""
    edges = [(total * number / parts).quantize(CENT, ROUND_HALF_UP) for number in range(parts + 1)]
    return tuple(money(high - low) for low, high in itertools.pairwise(edges))


def yearly_budget(
    year: int,
    price: Decimal,
    *,
    next_price: Decimal | None = None,
    steps_from: date | None = None,
    reserve_percent: Decimal = Decimal(10),
    others: Decimal = ZERO,
) -> YearlyBudget:
    """A year of one plan and of the other terms, of the next plan from a month on, and a reserve on top; prices are those of twelve months.

    Sums of the year are rounded to hundredths once; months are their parts, and add up to them exactly.
    """
    base, beside = spread(price), spread(others)
    bigger = spread(max(next_price, price)) if next_price is not None and steps_from is not None else base
    days = [date(year, number, 1) for number in range(1, 13)]
    steps = [
        later - now if steps_from is not None and day >= steps_from else ZERO
        for day, now, later in zip(days, base, bigger, strict=True)
    ]
    sums = [sum(parts, ZERO) for parts in zip(base, beside, steps, strict=True)]
    kept = _reserves(sums, reserve_percent)
    months = tuple(BudgetMonth(*parts) for parts in zip(days, base, beside, steps, kept, strict=True))
    sums_of = {part: sum((getattr(month, part) for month in months), ZERO) for part in LAYERS}
    return YearlyBudget(months, **sums_of, steps_from=steps_from if any(steps) else None)


def _reserves(sums: Sequence[Decimal], percent: Decimal) -> tuple[Decimal, ...]:
    """The share of each month: the growth of the share of the year so far, so that the year's is rounded once."""
    so_far = itertools.accumulate(sums, initial=ZERO)
    edges = [(total * percent / 100).quantize(CENT, ROUND_HALF_UP) for total in so_far]
    return tuple(money(high - low) for low, high in itertools.pairwise(edges))


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """A year's budget, the plan it is for, and the plan that follows when the seats run out.

    `claim` is the price that the sums rest on, which a person here wrote in; `next_claim` that of the following plan, which may be
    an estimate; `price` is twelve months of the first, `by_month` that they are twelve monthly prices.
    """

    year: int
    plan: Plan
    next_plan: Plan | None
    price: Decimal
    budget: YearlyBudget
    claim: Claim
    by_month: bool
    next_claim: Claim | None = None

    @property
    def vat(self) -> str:
        """A person's answer about VAT in the prices they wrote (a key of VAT); empty when there is none, or answers differ."""
        written = [(self.plan, self.claim), (self.next_plan, self.next_claim)]
        said = {plan.vat for plan, claim in written if plan and claim and not claim.is_estimate}
        return said.pop() if len(said) == 1 else ""

    def is_estimate(self, *layers: str, month: BudgetMonth | None = None) -> bool:
        """Whether a sum of these layers, of the year or a month, rests on an unconfirmed price; without layers, of all."""
        part = month or self.budget
        return any(self._is_layer_estimate(layer, part) for layer in layers or LAYERS)

    def _is_layer_estimate(self, layer: str, part: BudgetMonth | YearlyBudget) -> bool:
        """The step is a difference of both prices, and the reserve a share of both; everything else was written in."""
        moved = layer in ("step", "reserve") and bool(getattr(part, layer)) and bool(part.step)
        return moved and self.next_claim is not None and self.next_claim.is_estimate

    def estimated(self) -> Decimal:
        """How much of the year rests on an unconfirmed price."""
        return sum((getattr(self.budget, layer) for layer in LAYERS if self.is_estimate(layer)), ZERO)


def plan_year(
    year: int,
    plan: Plan,
    table: PlanTable,
    *,
    full_on: date | None,
    reserve_percent: Decimal,
    period: int = 0,
    others: Decimal = ZERO,
) -> YearOfMoney | None:
    """The budget of a year; None until a person wrote the price in. The month after the last seat is taken pays for the next plan.

    `period` is for how many months the shop pays at once, when that is known; `others` what a year of the other terms costs.
    """
    claim, price = plan.price_claim(period), plan.year_price(period)
    if claim is None or price is None or claim.is_estimate:
        return None
    bigger = next((other for other in table.offered() if other.rank > plan.rank), None)
    budget = yearly_budget(
        year,
        price,
        next_price=bigger.year_price(period) if bigger else None,
        steps_from=month_after(full_on) if full_on else None,
        reserve_percent=reserve_percent,
        others=others,
    )
    follows = bigger if budget.steps_from else None
    next_claim = follows.price_claim(period) if follows else None
    by_month = claim is plan.fact("price").used
    return YearOfMoney(year, plan, follows, price, budget, claim, by_month, next_claim)


def cost_of_downtime(
    orders: Sequence[Point], average: Decimal | None, share_percent: Decimal | None
) -> Downtime | None:
    """What a day without the portal costs; None until a person wrote what an order brings and which share is the portal's."""
    if not orders or average is None or share_percent is None:
        return None
    return Downtime(orders[-1].value, average, share_percent)


def sold_periods(fact: DatedFact) -> tuple[int, ...]:
    """For how many months an edition is sold, of a claim such as «1, 12»; nothing when no source names it."""
    return tuple(int(part) for part in str(fact.used.value).split(",")) if fact.used else ()


def period_costs(plan: Plan, periods: Sequence[int], discounts: Sequence[Discount]) -> tuple[PeriodCost, ...]:
    """What each period that is sold costs; one without a known price is left out.

    A price that a person wrote for twelve months is what is paid for them; any other sum is counted from the monthly price.
    """
    rows = (_period(plan, months, best_discount(months, discounts)) for months in periods)
    return tuple(row for row in rows if row is not None)


def _period(plan: Plan, months: int, discount: Discount | None) -> PeriodCost | None:
    month, year = plan.fact("price").used, plan.fact("price_year").used
    monthly = month.amount if month else None
    if months == 12 and year is not None and year.amount is not None:
        total = money(year.amount)
        full = max(total, money(monthly * 12)) if monthly is not None else total
        return PeriodCost(months, full, full - total, total, money(total / months), year.is_estimate)
    if month is None or monthly is None:
        return None
    cost = cost_of_period(monthly, months, discount.percent if discount else ZERO)
    guess = month.is_estimate or bool(cost.saved)
    return replace(cost, estimate=guess, source=discount.claim.source if discount and cost.saved else "")
