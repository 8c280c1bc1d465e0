"""Plan and money of a portal as page, spreadsheet and report show them: use, advice, a year's budget, the cost of downtime."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.plans.advice import Fit, PlanAdvice, advise, unadvised
from b24app.plans.plan_catalogue import ON_PREMISE, Plan, PlanTable
from b24app.plans.prices import Downtime, YearOfMoney, cost_of_downtime, plan_year
from b24app.plans.usage import Point, busiest_month, gauge
from b24app.sources import PERSON, Claim
from b24app.terms.corrections import corrected_plans
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.profile import RenewalProfile, get_profile
from b24app.terms.term import Term, TermKind
from b24app.terms.usage_records import UsageView, current_need, list_usage, usage_view

PRICE_OF_PERIOD = {1: "price", 12: "price_year"}


@dataclass(frozen=True, slots=True)
class Money:
    """Everything that the page and the spreadsheet draw; `busiest` is the month with the most orders."""

    profile: RenewalProfile
    table: PlanTable
    usage: UsageView
    need: Mapping[str, Decimal]
    advice: tuple[PlanAdvice, ...]
    year: YearOfMoney | None
    downtime: Downtime | None
    busiest: Point | None = None
    priced: tuple[Plan, ...] = ()

    @property
    def advised(self) -> PlanAdvice | None:
        """The one plan that is recommended."""
        return next((item for item in self.advice if item.fit == Fit.RECOMMENDED), None)


def count_money(now: datetime, today: date, year: int | None = None) -> Money:
    """Read and count everything about plan and money of the portal of the scope."""
    profile, term = get_profile(), _main_term()
    table = with_price_of_term(corrected_plans(profile), profile.plan_code, term)
    usage = usage_now(now, today)
    busiest = busiest_month(list_usage().get("orders", ()), today)
    need = needed(usage, busiest)
    advice = advise(need, table, usage.plan)
    if profile.edition == "on_premise":
        advice = tuple(unadvised(item) for item in advice)
    held = table.find(ON_PREMISE if profile.edition == "on_premise" else profile.plan_code)
    plan = held or next((item.plan for item in advice if item.fit == Fit.RECOMMENDED), None)
    options = _BudgetOptions(year or today.year + 1, usage.seats_full_on, (term and term.period_months) or 0)
    counted = options.count(plan, table, profile) if plan else None
    downtime = cost_of_downtime(
        usage.points.get("orders", ()), profile.average_order, profile.portal_share_percent
    )
    shown = tuple(item.plan for item in advice)
    priced = shown if held is None or held in shown else (held, *shown)
    return Money(profile, table, usage, need, advice, counted, downtime, busiest, priced)


@dataclass(frozen=True, slots=True)
class _BudgetOptions:
    """Which year is counted, when the seats run out, and for how many months the shop pays at once (0: not known)."""

    year: int
    full_on: date | None
    period: int

    def count(self, plan: Plan, table: PlanTable, profile: RenewalProfile) -> YearOfMoney | None:
        """The budget of that year."""
        return plan_year(
            self.year,
            plan,
            table,
            full_on=self.full_on,
            reserve_percent=profile.reserve_percent,
            period=self.period,
        )


def usage_now(now: datetime, today: date) -> UsageView:
    """Use against the plan, the disk by the number of the check: what a person read lately or what we counted."""
    view = usage_view(today)
    disk = read_disk_use(get_profile().license_code, view.points.get("disk_gb", ()))
    used = disk.in_use(now)
    if used is None:
        return view
    by_person = used == disk.told_lately(now)
    seen = disk.told_at if by_person else disk.counted_at
    day = seen.date() if seen else today
    point = Point(
        day, Decimal(str(used)), PERSON if by_person else "portal", disk.told_by if by_person else ""
    )
    gauges = tuple(
        gauge("disk_gb", (point,), one.limit) if one.code == "disk_gb" else one for one in view.gauges
    )
    return replace(view, gauges=gauges, points={**view.points, "disk_gb": (point,)})


def needed(usage: UsageView, busiest: Point | None) -> dict[str, Decimal]:
    """What a plan must hold: the newest value of every measure, and the orders of the busiest month."""
    need = current_need(dict(usage.points))
    return {**need, "orders": busiest.value} if busiest else need


def _main_term() -> Term | None:
    kinds = (TermKind.PLAN, TermKind.ON_PREMISE)
    return next((term for term in list_paid_terms() if term.kind in kinds), None)


def with_price_of_term(table: PlanTable, plan_code: str, term: Term | None) -> PlanTable:
    """The table with the price that a person wrote down with the term of the plan, unless they corrected it here as well."""
    plan = table.find(plan_code)
    if plan is None or term is None or term.price is None or term.source != PERSON:
        return table
    code = PRICE_OF_PERIOD.get(term.period_months or 0)
    same = not table.currency or term.currency in ("", table.currency)
    if code is None or not same or _is_written(plan, code):
        return table
    claim = Claim(term.price, PERSON, term.said_at.date(), "H", term.said_by)
    found = table.corrected([(plan.code, code, claim)])
    return replace(found, currency=found.currency or term.currency)


def _is_written(plan: Plan, code: str) -> bool:
    used = plan.fact(code).used
    return used is not None and not used.is_estimate
