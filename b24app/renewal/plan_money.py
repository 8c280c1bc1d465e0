"""Plan and money of a portal as page, spreadsheet and report show them: use, advice, a year's budget, the cost of downtime."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from b24app.checklist.engine.plan_usage import read_disk_use
from b24app.plans.advice import Fit, PlanAdvice, advise, unadvised
from b24app.plans.plan_catalogue import ON_PREMISE, Plan, PlanTable
from b24app.plans.prices import Downtime, YearOfMoney, cost_of_downtime, money, plan_year
from b24app.plans.usage import Point, busiest_month, gauge
from b24app.portals.model import day_at
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import case_of, list_cases
from b24app.renewal.renewal_stages import Stage, day_of
from b24app.sources import PERSON, Claim
from b24app.terms.corrections import corrected_plans
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.profile import RenewalProfile, get_profile
from b24app.terms.term import Term, TermKind
from b24app.terms.usage_records import UsageView, current_need, list_usage, usage_view

PRICE_OF_PERIOD = {1: "price", 12: "price_year"}
NEAR_THE_END, OF_LAST_TIME = timedelta(days=120), timedelta(days=300)
"""Shortly before an end a price that was written this long before belongs to the renewal before, not to this one."""


@dataclass(frozen=True, slots=True)
class PlanPrice:
    """What the plan costs by a paper of this shop: the sum, its currency, for how many months, the invoice, and who wrote it when."""

    amount: Decimal
    currency: str
    months: int
    number: str
    on: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Everything that the page and the spreadsheet draw; `busiest` is the month with the most orders.

    `price` is the confirmed price of this renewal, `previous` that of the one before; `unpriced` are the other terms that no sum holds.
    """

    profile: RenewalProfile
    table: PlanTable
    usage: UsageView
    need: Mapping[str, Decimal]
    advice: tuple[PlanAdvice, ...]
    year: YearOfMoney | None
    downtime: Downtime | None
    busiest: Point | None = None
    priced: tuple[Plan, ...] = ()
    plan: Plan | None = None
    price: PlanPrice | None = None
    previous: PlanPrice | None = None
    unpriced: tuple[Term, ...] = ()

    @property
    def advised(self) -> PlanAdvice | None:
        """The one plan that is recommended."""
        return next((item for item in self.advice if item.fit == Fit.RECOMMENDED), None)


def count_money(now: datetime, today: date, year: int | None = None) -> Money:
    """Read and count everything about plan and money of the portal of the scope."""
    profile, term = get_profile(), main_term()
    case = case_of(term) if term else None
    code = ON_PREMISE if profile.edition == "on_premise" else profile.plan_code
    table = with_price_of_case(with_price_of_term(corrected_plans(profile), code, term), code, case)
    usage = usage_now(now, today)
    busiest = busiest_month(list_usage().get("orders", ()), today)
    need = needed(usage, busiest)
    advice = _advise(need, table, usage.plan, profile)
    held = table.find(code)
    plan = held or next((item.plan for item in advice if item.fit == Fit.RECOMMENDED), None)
    period = (case and case.period_months) or (term and term.period_months) or 0
    price, previous = _prices(plan, table.currency, period, today)
    others, unpriced = _other_terms(table.currency)
    options = _BudgetOptions(year or today.year + 1, usage.seats_full_on, period, others)
    downtime = cost_of_downtime(
        usage.points.get("orders", ()), profile.average_order, profile.portal_share_percent
    )
    shown = tuple(item.plan for item in advice)
    return Money(
        profile=profile,
        table=table,
        usage=usage,
        need=need,
        advice=advice,
        year=options.count(plan, table, profile) if plan and price else None,
        downtime=downtime,
        busiest=busiest,
        priced=shown if held is None or held in shown else (held, *shown),
        plan=plan,
        price=price,
        previous=previous,
        unpriced=unpriced,
    )


def _advise(
    need: Mapping[str, Decimal], table: PlanTable, held: Plan | None, profile: RenewalProfile
) -> tuple[PlanAdvice, ...]:
    advice = advise(need, table, held)
    if profile.edition == "on_premise":
        return tuple(unadvised(item) for item in advice)
    return advice


@dataclass(frozen=True, slots=True)
class _BudgetOptions:
    """Which year is counted, when the seats run out, for how many months the shop pays at once (0: unknown), what the other terms cost."""

    year: int
    full_on: date | None
    period: int
    others: Decimal

    def count(self, plan: Plan, table: PlanTable, profile: RenewalProfile) -> YearOfMoney | None:
        """The budget of that year."""
        return plan_year(
            self.year,
            plan,
            table,
            full_on=self.full_on,
            reserve_percent=profile.reserve_percent,
            period=self.period,
            others=self.others,
        )


def _prices(
    plan: Plan | None, currency: str, period: int, today: date
) -> tuple[PlanPrice | None, PlanPrice | None]:
    """The confirmed price of this renewal, and the one of the renewal before; None for what nobody wrote down."""
    term = main_term()
    before, case = _of_earlier_case(term), case_of(term) if term else None
    claim = plan.price_claim(period) if plan else None
    if plan is None or claim is None or claim.is_estimate or claim.amount is None:
        return None, before
    months = 1 if claim is plan.fact("price").used else 12
    number = case.invoice_number if case and case.amount == claim.amount else ""
    found = PlanPrice(claim.amount, currency, months, number, claim.checked, claim.note)
    if before and (before.amount, before.months, before.number) == (found.amount, months, number):
        before = None  # the same paper: a price typed for this renewal, which has arrived since
    return (None, before or found) if _is_of_last_time(claim, term, today) else (found, before)


def _is_of_last_time(claim: Claim, term: Term | None, today: date) -> bool:
    end = term.ends_on if term else None
    if end is None or claim.checked is None or today < end - NEAR_THE_END:
        return False
    return claim.checked < end - OF_LAST_TIME


def _of_earlier_case(term: Term | None) -> PlanPrice | None:
    """The price on the invoice of an earlier end of this term."""
    if term is None or term.ends_on is None:
        return None
    earlier = [
        case
        for case in list_cases()
        if case.term_id == term.id and case.amount and case.ends_on < term.ends_on
    ]
    last = max(earlier, key=lambda case: case.ends_on, default=None)
    if last is None or last.amount is None:
        return None
    months, on = last.period_months or 0, day_of(last.marks, Stage.INVOICE_RECEIVED)
    return PlanPrice(last.amount, last.currency, months, last.invoice_number, on or last.ends_on)


def _other_terms(currency: str) -> tuple[Decimal, tuple[Term, ...]]:
    """What a year of the other terms costs by the prices that are written with them, and those that have none."""
    others = [term for term in list_paid_terms() if term.kind not in MAIN_KINDS]
    counted = [
        term
        for term in others
        if term.price is not None and term.period_months and term.currency in ("", currency)
    ]
    years = (
        money(term.price * 12 / term.period_months) for term in counted if term.price and term.period_months
    )
    return sum(years, Decimal(0)), tuple(term for term in others if term not in counted)


def usage_now(now: datetime, today: date) -> UsageView:
    """Use against the plan, the disk by the number of the check: what a person read lately or what we counted."""
    view = usage_view(today)
    disk = read_disk_use(get_profile().license_code, view.points.get("disk_gb", ()))
    used = disk.in_use(now)
    if used is None:
        return view
    by_person = used == disk.stated_lately(now)
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


MAIN_KINDS = (TermKind.PLAN, TermKind.ON_PREMISE)


def main_term() -> Term | None:
    """The term that the money of the renewal is about."""
    return next((term for term in list_paid_terms() if term.kind in MAIN_KINDS), None)


def with_price_of_term(table: PlanTable, plan_code: str, term: Term | None) -> PlanTable:
    """The table with the price that a person wrote down with the term of the plan, unless they corrected it here as well."""
    plan = table.find(plan_code)
    if plan is None or term is None or term.price is None or term.source != PERSON:
        return table
    code = PRICE_OF_PERIOD.get(term.period_months or 0)
    if code is None or not _same_currency(table, term.currency) or _is_written(plan, code):
        return table
    claim = Claim(term.price, PERSON, term.said_at.date(), "H", term.said_by)
    return _with_price(table, plan, code, claim, term.currency)


def with_price_of_case(table: PlanTable, plan_code: str, case: CaseView | None) -> PlanTable:
    """The table with the sum of the invoice that is written down with the present renewal: it is the newest paper of all."""
    plan = table.find(plan_code)
    if plan is None or case is None or case.amount is None or not _same_currency(table, case.currency):
        return table
    code = PRICE_OF_PERIOD.get(case.period_months or 0)
    if code is None or (_is_written(plan, code) and _amount(plan, code) == case.amount):
        return table
    on = day_of(case.marks, Stage.INVOICE_RECEIVED) or day_at(case.opened_at)
    return _with_price(table, plan, code, Claim(case.amount, PERSON, on, "H"), case.currency)


def _with_price(table: PlanTable, plan: Plan, code: str, claim: Claim, currency: str) -> PlanTable:
    found = table.corrected([(plan.code, code, claim)])
    return replace(found, currency=found.currency or currency)


def _same_currency(table: PlanTable, currency: str) -> bool:
    return not table.currency or currency in ("", table.currency)


def _amount(plan: Plan, code: str) -> Decimal | None:
    used = plan.fact(code).used
    return used.amount if used else None


def _is_written(plan: Plan, code: str) -> bool:
    used = plan.fact(code).used
    return used is not None and not used.is_estimate
