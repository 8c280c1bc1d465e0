"""The stored terms as pages need them: all with everything counted, and the payment plan of one. Reads only."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime

from b24app.database import read_once
from b24app.terms.corrections import corrected_policy, current_plan
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.payment_advice import Advice, advise
from b24app.terms.payment_plan import (
    PaymentPlan,
    Transfer,
    conditions_for,
    later_rows,
    plan_payment,
    read_payments,
)
from b24app.terms.profile import RenewalProfile, get_profile
from b24app.terms.term import Term, TermKind
from b24app.terms.timeline import (
    Paying,
    TermRow,
    Timeline,
    draw_row,
    payment_line,
)
from b24app.terms.working_days import BankCalendar, open_calendar
from b24app.text.messages import NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The payment sum of one term: dates to act by, and what follows when money leaves later.

    `spare_days` are the working days to `next_step_by`, the first day to act that is shown and has not passed.
    """

    term: Term
    profile: RenewalProfile
    plan: PaymentPlan
    later: tuple[Transfer, ...]
    advice: Advice
    spare_days: int
    next_step_by: date
    level: str
    calendar: BankCalendar


def plan_name() -> Sentence:
    """The plan's name to be translated; empty when the plan is unknown."""
    plan = current_plan()
    return sentence(plan.title) if plan else NOTHING


@read_once
def timeline_view(now: datetime, today: date) -> Timeline:
    """All terms of this portal, each with everything counted."""
    profile = get_profile()
    calendar = open_calendar(profile.bank_country)
    rows = [_row(term, profile, calendar, now, today) for term in list_paid_terms()]
    plan_row = next((row for row in rows if row.term.kind == TermKind.PLAN), None)
    rows = [dataclasses.replace(row, pay=payment_line(row, plan_row, today)) for row in rows]
    return Timeline(tuple(_one_main(rows, profile)))


def main_kind(profile: RenewalProfile) -> str:
    """The term that the renewal of this portal is about."""
    return TermKind.ON_PREMISE if profile.edition == "on_premise" else TermKind.PLAN


def _row(term: Term, profile: RenewalProfile, calendar: BankCalendar, now: datetime, today: date) -> TermRow:
    policy = corrected_policy(term.kind, profile)
    return draw_row(
        term, policy, calendar, paying=paying(profile), now=now, today=today, plan_name=plan_name()
    )


def _one_main(rows: list[TermRow], profile: RenewalProfile) -> list[TermRow]:
    kinds = {row.term.kind for row in rows}
    kind = main_kind(profile)
    if kind not in kinds:
        kind = next((k for k in (TermKind.PLAN, TermKind.ON_PREMISE) if k in kinds), kind)
    return [dataclasses.replace(row, main=row.term.kind == kind) for row in rows]


def paying(profile: RenewalProfile) -> Paying:
    """How this portal pays."""
    return Paying(profile.method, profile.transfer_days, profile.approval_days)


def calendar_view(
    term: Term,
    today: date,
    *,
    method: str | None = None,
    transfer_days: int | None = None,
    approval_days: int | None = None,
    ordered: bool = False,
) -> CalendarView | None:
    """The payment sum of one term, with the visitor's own conditions if given; None when its end is unknown.

    `ordered`: the invoice was asked for already.
    """
    if term.ends_on is None:
        return None
    profile = get_profile()
    calendar = open_calendar(profile.bank_country)
    same = method in (None, profile.method)
    conditions = conditions_for(
        term.ends_on,
        corrected_policy(term.kind, profile),
        method=method or profile.method,
        transfer_days=profile.transfer_days if transfer_days is None and same else transfer_days,
        approval_days=profile.approval_days if approval_days is None else approval_days,
    )
    plan = plan_payment(conditions, calendar)
    advice = advise(plan, calendar, today, ordered=ordered, card=_takes_card(profile))
    step_by = _next_step_by(plan, today, ordered=ordered)
    return CalendarView(
        term=term,
        profile=profile,
        plan=plan,
        later=later_rows(plan, calendar),
        advice=advice,
        spare_days=calendar.between(today, step_by),
        next_step_by=step_by,
        level=_level(plan, advice, today),
        calendar=calendar,
    )


def _next_step_by(plan: PaymentPlan, today: date, *, ordered: bool) -> date:
    """The first day among those that the calculator shows: the preparation, the invoice unless it is asked for, the payment."""
    shown = (plan.prepare_by, None if ordered else plan.order_by, plan.pay_by)
    return next((day for day in shown if day is not None and day >= today), plan.pay_by)


def _takes_card(profile: RenewalProfile) -> bool:
    """Whether the route of this portal can be paid by card; True for an unknown route."""
    route = read_payments(profile.region).routes.get(profile.route)
    return route is None or "card" in route.methods


def _level(plan: PaymentPlan, advice: Advice, today: date) -> str:
    """In time, nothing to spare, only inside the grace, or too late for the bank."""
    if today < plan.first_step_by:
        return "in_time" if advice.in_order else "no_spare"
    if today <= plan.pay_by or advice.in_order:
        return "no_spare"
    if not plan.conditions.invoice:
        return "in_grace" if today <= plan.grace_ends else "late"
    return "in_grace" if today <= plan.last_chance_on else "late"
