"""The money of a portal's renewal for a year, from its own plan, prices and growth; and what a day without it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from b24app.plans.plan_catalogue import Plan, PlanTable
from b24app.plans.prices import (
    LAYERS,
    BudgetMonth,
    Downtime,
    PeriodCost,
    YearlyBudget,
    best_discount,
    cost_of_period,
    yearly_budget,
)
from b24app.plans.usage import Point
from b24app.terms.payment_routes import Payments
from b24app.terms.profile import RenewalProfile

PERIODS = (1, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """A year's budget, the plan it is for, and the plan that follows when the seats run out."""

    year: int
    plan: Plan
    next_plan: Plan | None
    price: Decimal
    budget: YearlyBudget
    price_estimated: bool = False
    next_estimated: bool = False

    def is_estimate(self, *layers: str, month: BudgetMonth | None = None) -> bool:
        """Whether a sum of these layers, of the year or a month, rests on a price that nobody confirmed; without layers, of all."""
        part = month or self.budget
        return any(self._rests_on_guess(layer, part) for layer in layers or LAYERS)

    def _rests_on_guess(self, layer: str, part: BudgetMonth | YearlyBudget) -> bool:
        """The step is a difference of both prices, and the reserve a share of both."""
        if not getattr(part, layer):
            return False
        moved = layer != "base" and bool(part.step)
        return self.price_estimated or (moved and self.next_estimated)


def price_of(plan: Plan) -> Decimal | None:
    """The monthly price that sums use: a person's word, else the larger claim."""
    used = plan.fact("price").used
    return None if used is None or used.value is None else Decimal(str(used.value))


def is_estimated(plan: Plan) -> bool:
    """Whether the price that sums use was confirmed by nobody: the undated article's, for one."""
    used = plan.fact("price").used
    return used is not None and used.is_estimate


def plan_year(
    year: int, plan: Plan, table: PlanTable, profile: RenewalProfile, full_on: date | None
) -> YearOfMoney | None:
    """The budget of a year; None while no price is known. The month after the last seat is taken pays for the next plan."""
    price = price_of(plan)
    if price is None:
        return None
    bigger = next((other for other in table.offered() if other.rank > plan.rank), None)
    budget = yearly_budget(
        year,
        price,
        next_price=price_of(bigger) if bigger else None,
        steps_from=_month_after(full_on) if full_on else None,
        reserve_percent=profile.reserve_percent,
    )
    next_plan = bigger if budget.steps_from else None
    next_estimated = next_plan is not None and is_estimated(next_plan)
    return YearOfMoney(year, plan, next_plan, price, budget, is_estimated(plan), next_estimated)


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def cost_of_downtime(profile: RenewalProfile, usage: Mapping[str, tuple[Point, ...]]) -> Downtime | None:
    """What a day without the portal costs; None until a person has said what an order brings and which share is ours."""
    orders = usage.get("orders")
    if not orders or profile.average_order is None or profile.portal_share_percent is None:
        return None
    per_day = int((orders[-1].value / 30).to_integral_value())
    return Downtime(per_day, profile.average_order, profile.portal_share_percent)


def period_costs(
    price: Decimal, payments: Payments, *, with_discounts: bool
) -> tuple[tuple[PeriodCost, str], ...]:
    """What each period costs; discounts are the article's and are shown only where commercial texts may be."""
    rows = []
    for months in PERIODS:
        discount = best_discount(months, payments.discounts) if with_discounts else None
        cost = cost_of_period(price, months, discount.percent if discount else Decimal(0))
        rows.append((cost, discount.claim.source if discount else ""))
    return tuple(rows)
