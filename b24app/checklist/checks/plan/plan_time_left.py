"""Is there time left to pay?"""

from datetime import date, datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import OtherTerm, PayingRules, Terms
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown, warned
from b24app.sources import HOME
from b24app.terms.payment_advice import Advice, advise
from b24app.terms.payment_plan import Conditions, PaymentPlan, plan_payment, read_payments
from b24app.terms.policy import policy_kind, read_policy
from b24app.terms.working_days import open_calendar
from b24app.text.messages import N_, NN_

USUAL_APPROVAL = 3


@check(
    title=N_("There is time to renew the plan"),
    why=N_("A bank transfer takes days, and banks do not work on weekends and holidays."),
    remedy=N_("Pay on the day that the calendar names, or pay by card, which is at once."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_time_left(terms: Terms, now: datetime) -> Verdict:
    """Judge whether an invoice, its approval and the bank still fit before the end: past fails, too late for them warns."""
    term = terms.of("plan") or terms.of("on_premise")
    if term is None or term.ends_on is None:
        return unknown(N_("The end date of the plan is not entered"))
    today, rules = now.date(), terms.paying or _usual_rules(term.kind)
    left = (term.ends_on - today).days
    if term.bought:
        return _bought(term.ends_on, left)
    if left < 0:
        return _ended(term, term.ends_on, rules, today)
    plan = _plan(term.ends_on, rules)
    advice = advise(plan, open_calendar(rules.country), today)
    if not (term.autopay or advice.in_order):
        return _late(advice, plan)
    text = NN_("%(count)s day is left until the plan ends", "%(count)s days are left until the plan ends")
    if left <= rules.warning_days and term.autopay:
        return warned(
            text,
            N_("Autopay charges the card then: check that it is valid and holds enough money"),
            count=left,
        )
    if left <= rules.warning_days:
        pay_by = advice.first.by if advice.first else plan.pay_by
        return warned(text, N_("Pay by %(pay_by)s"), count=left, pay_by=pay_by)
    return passed(text, count=left)


def _bought(ends_on: date, left: int) -> Verdict:
    if left >= 0:
        return passed(N_("The renewal is bought and starts after %(ends_on)s"), ends_on=ends_on)
    return warned(
        N_("The renewal is bought, but its new last paid day is not written down"),
        N_("The old term ended on %(ends_on)s: look into “My plan” and write the new date down"),
        ends_on=ends_on,
    )


def _ended(term: OtherTerm, ends_on: date, rules: PayingRules, today: date) -> Verdict:
    licence, plan = term.kind == "on_premise", _plan(ends_on, rules)
    ended = N_("The licence ended on %(ends_on)s") if licence else N_("The plan ended on %(ends_on)s")
    if today > plan.grace_ends:
        return failed(ended, N_("If it was renewed, write the new date down"), ends_on=ends_on)
    return failed(
        ended,
        N_("The grace days end on %(grace_ends)s: pay by card"),
        ends_on=ends_on,
        grace_ends=plan.grace_ends,
    )


def _late(advice: Advice, plan: PaymentPlan) -> Verdict:
    """Which steps do not fit any more, and which still do."""
    transfer = advice.transfer
    if transfer is not None and transfer.in_time:
        return warned(
            N_("It is too late for an invoice with its usual approval"),
            N_("Pay by card, or let the money leave by %(pay_by)s"),
            pay_by=transfer.by,
        )
    return warned(
        N_("A bank transfer does not arrive before the end any more"),
        N_("It had to leave by %(pay_by)s: pay by card, that is at once"),
        pay_by=plan.pay_by,
    )


def _plan(ends_on: date, rules: PayingRules) -> PaymentPlan:
    conditions = Conditions(
        ends_on=ends_on,
        window_days=rules.window_days,
        grace_days=rules.grace_days,
        transfer_days=rules.transfer_days,
        approval_days=rules.approval_days,
        activation_days=rules.activation_days,
        late_activation_days=rules.late_activation_days,
        invoice=rules.invoice,
    )
    return plan_payment(conditions, open_calendar(rules.country))


def _usual_rules(kind: str) -> PayingRules:
    """The rules of the data where a stored answer holds none: a transfer at home."""
    policy, method = read_policy(policy_kind(kind)), read_payments().methods["transfer"]
    return PayingRules(
        country=HOME,
        transfer_days=method.days.number or 0,
        approval_days=USUAL_APPROVAL,
        invoice=method.invoice,
        window_days=policy.days("window_days"),
        warning_days=policy.days("warning_days"),
        grace_days=policy.grace_days,
        activation_days=policy.days("activation_days"),
        late_activation_days=policy.days("late_activation_days"),
    )
