"""Money of a renewal: periods, discounts, a year's budget with growth and reserve, and the cost of a day without it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from b24app.plans.plan_catalogue import Plan, PlanTable
from b24app.plans.usage import Point, month_after
from b24app.sources import Claim

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount for paying several months at once, as one source states it."""

    months: int
    percent: Decimal
    claim: Claim


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What a period costs, what a month of it costs, and what is saved against paying monthly."""

    months: int
    full: Decimal
    saved: Decimal
    total: Decimal
    per_month: Decimal


@dataclass(frozen=True, slots=True)
class BudgetMonth:
    """One month of the budget in its three layers."""

    first_day: date
    base: Decimal
    step: Decimal
    reserve: Decimal

    @property
    def total(self) -> Decimal:
        """All layers together."""
        return self.base + self.step + self.reserve


@dataclass(frozen=True, slots=True)
class YearlyBudget:
    """A year of months, its layers summed, and the month from which a bigger plan is needed."""

    months: tuple[BudgetMonth, ...]
    base: Decimal
    step: Decimal
    reserve: Decimal
    steps_from: date | None

    @property
    def total(self) -> Decimal:
        """Everything to be set aside for the year."""
        return self.base + self.step + self.reserve

    def quarters(self) -> tuple[BudgetMonth, ...]:
        """The same year by quarters, each dated by its first month."""
        threes = [self.months[n : n + 3] for n in range(0, len(self.months), 3)]
        return tuple(
            BudgetMonth(
                three[0].first_day, *(sum((getattr(m, part) for m in three), ZERO) for part in LAYERS)
            )
            for three in threes
        )


LAYERS = ("base", "step", "reserve")


@dataclass(frozen=True, slots=True)
class Downtime:
    """What a day without the portal costs: orders × average × the share that goes through the portal."""

    orders_per_day: int
    average: Decimal
    share_percent: Decimal

    @property
    def per_day(self) -> Decimal:
        """Sum of one lost day."""
        return money(self.orders_per_day * self.average * self.share_percent / 100)

    def days_worth(self, price: Decimal) -> Decimal:
        """How many days of downtime cost as much as this price; zero when a day costs nothing."""
        return (price / self.per_day).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.per_day else ZERO


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


def yearly_budget(
    year: int,
    price: Decimal,
    *,
    next_price: Decimal | None = None,
    steps_from: date | None = None,
    reserve_percent: Decimal = Decimal(10),
) -> YearlyBudget:
    """A year of one plan, of the next plan from a month on, and a reserve on top of both."""
    step_price = next_price - price if next_price is not None and steps_from is not None else ZERO
    months = tuple(
        _month(date(year, number, 1), price, step_price, steps_from, reserve_percent)
        for number in range(1, 13)
    )
    sums = {part: sum((getattr(month, part) for month in months), ZERO) for part in LAYERS}
    started = steps_from if step_price and any(month.step for month in months) else None
    return YearlyBudget(months, sums["base"], sums["step"], sums["reserve"], started)


def _month(
    first_day: date, price: Decimal, step_price: Decimal, steps_from: date | None, reserve: Decimal
) -> BudgetMonth:
    step = step_price if steps_from is not None and first_day >= steps_from else ZERO
    return BudgetMonth(first_day, price, step, money((price + step) * reserve / 100))


PERIODS = (1, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """A year's budget, the plan it is for, and the plan that follows when the seats run out."""

    year: int
    plan: Plan
    next_plan: Plan | None
    price: Decimal
    budget: YearlyBudget

    def is_estimate(self, *layers: str, month: BudgetMonth | None = None) -> bool:
        """Whether a sum of these layers, of the year or a month, rests on an unconfirmed price; without layers, of all."""
        part = month or self.budget
        return any(self._is_layer_estimate(layer, part) for layer in layers or LAYERS)

    def _is_layer_estimate(self, layer: str, part: BudgetMonth | YearlyBudget) -> bool:
        """The step is a difference of both prices, and the reserve a share of both."""
        if not getattr(part, layer):
            return False
        moved = layer != "base" and bool(part.step)
        next_guessed = self.next_plan is not None and self.next_plan.price_is_estimate
        return self.plan.price_is_estimate or (moved and next_guessed)


def plan_year(
    year: int, plan: Plan, table: PlanTable, full_on: date | None, reserve_percent: Decimal
) -> YearOfMoney | None:
    """The budget of a year; None while no price is known. The month after the last seat is taken pays for the next plan."""
    if plan.price is None:
        return None
    bigger = next((other for other in table.offered() if other.rank > plan.rank), None)
    budget = yearly_budget(
        year,
        plan.price,
        next_price=bigger.price if bigger else None,
        steps_from=month_after(full_on) if full_on else None,
        reserve_percent=reserve_percent,
    )
    return YearOfMoney(year, plan, bigger if budget.steps_from else None, plan.price, budget)


def cost_of_downtime(
    orders: Sequence[Point], average: Decimal | None, share_percent: Decimal | None
) -> Downtime | None:
    """What a day without the portal costs; None until a person wrote what an order brings and which share is the portal's."""
    if not orders or average is None or share_percent is None:
        return None
    return Downtime(int((orders[-1].value / 30).to_integral_value()), average, share_percent)


def period_costs(price: Decimal, discounts: Sequence[Discount]) -> tuple[tuple[PeriodCost, str], ...]:
    """What each period costs with its discount, and who states the discount."""
    rows = []
    for months in PERIODS:
        discount = best_discount(months, discounts)
        cost = cost_of_period(price, months, discount.percent if discount else Decimal(0))
        rows.append((cost, discount.claim.source if discount else ""))
    return tuple(rows)
