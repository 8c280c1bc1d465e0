"""Reminders about the steps of a renewal: the last days for the invoice and for paying, the card of autopay, late steps."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from b24app.reminders.kinds import (
    EVERYBODY,
    MessageDraft,
    Planned,
    ReminderKind,
    ReminderSchedule,
    Subject,
    plan_item,
    say_charge,
    say_pay_by,
)
from b24app.renewal.renewal_stages import Role, Stage, is_reached
from b24app.renewal.situation import Situation
from b24app.terms.payment_plan import PaymentPlan
from b24app.text.messages import N_, NN_
from b24app.text.sentences import Sentence, sentence


def _invoice_by(subject: Subject) -> date | None:
    """The last day to ask for an invoice, of the main plan while it is paid by hand and nobody has asked."""
    if not _paid_by_hand(subject) or is_reached(subject.marks, Stage.INVOICE_REQUESTED):
        return None
    return subject.plan.invoice_by


def _paid_by_hand(subject: Subject) -> bool:
    return subject.main and not subject.autopay


def _plan_invoice_soon(subject: Subject, schedule: ReminderSchedule) -> Iterator[Planned]:
    if (by := _invoice_by(subject)) is None:
        return
    soon = by - timedelta(days=schedule.step_warning_days)
    if soon > subject.plan.window_opens:
        yield plan_item(subject, "invoice", "invoice_soon", soon, (Role.RESPONSIBLE,))


def _plan_invoice_last(subject: Subject, _schedule: ReminderSchedule) -> Iterator[Planned]:
    if (by := _invoice_by(subject)) is not None:
        yield plan_item(subject, "invoice", "invoice_last", by, (Role.RESPONSIBLE, Role.DECIDER))


def _plan_pay_last(subject: Subject, _schedule: ReminderSchedule) -> Iterator[Planned]:
    if _paid_by_hand(subject):
        yield plan_item(subject, "pay", "pay_last", subject.plan.pay_by, (Role.PAYER, Role.RESPONSIBLE))


def _plan_last_chance(subject: Subject, _schedule: ReminderSchedule) -> Iterator[Planned]:
    if _paid_by_hand(subject) and subject.plan.last_chance_on > subject.ends_on:
        yield plan_item(subject, "pay", "last_chance", subject.plan.last_chance_on, EVERYBODY)


def _plan_autopay_check(subject: Subject, schedule: ReminderSchedule) -> Iterator[Planned]:
    """The card is looked at before each charge: a portal with autopay shows no warnings of its own.

    Source: portal code, intranet.license.widget: "almost expired" is shown only when autopay is off.
    """
    if subject.autopay:
        on = subject.ends_on - timedelta(days=schedule.step_warning_days)
        yield plan_item(subject, "autopay", "autopay_check", on, (Role.PAYER, Role.RESPONSIBLE))


def _plan_late(code: str, subject: Subject, _schedule: ReminderSchedule) -> Iterator[Planned]:
    for delay in subject.delays:
        if delay.code == code:
            roles = (delay.role,) if delay.role is Role.RESPONSIBLE else (delay.role, Role.RESPONSIBLE)
            yield plan_item(subject, f"delay_{code}", code, delay.since, roles)


def _invoice_soon(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by = s.plan.invoice_by if s.plan else None
    approval = s.plan.conditions.approval_days if s.plan else 0
    text = NN_(
        "Approval usually takes %(count)s working day: request the invoice by %(day)s.",
        "Approval usually takes %(count)s working days: request the invoice by %(day)s.",
    )
    line = (
        sentence(text, count=approval, day=by)
        if approval
        else sentence(N_("Request the invoice by %(day)s."), day=by)
    )
    return MessageDraft(sentence(N_("The invoice is not requested yet: %(name)s"), name=name), (line,), by)


def _invoice_last(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by = s.plan.invoice_by if s.plan else None
    if by is not None and by < s.today:
        line = sentence(
            N_("It had to be requested by %(day)s. Request it today, or pay by card: that is at once."),
            day=by,
        )
        return MessageDraft(sentence(N_("The invoice is late: %(name)s"), name=name), (line,), s.today)
    line = sentence(N_("Requested later, the invoice leaves no time for approval and for the bank."))
    return MessageDraft(sentence(N_("The last day for the invoice: %(name)s"), name=name), (line,), by)


def _pay_last(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    plan = s.plan
    if plan is not None and plan.pay_by < s.today:
        subject = sentence(N_("The day to pay has passed: %(name)s"), name=name)
        return MessageDraft(subject, (say_pay_by(plan.pay_by, s.today),), s.today)
    lines = [sentence(N_("Sent today, the money arrives on %(day)s."), day=plan.arrives_on if plan else None)]
    return MessageDraft(
        sentence(N_("The last day to pay: %(name)s"), name=name), tuple(lines), plan.pay_by if plan else None
    )


def _last_chance(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    if s.plan is not None and s.plan.last_chance_on < s.today:
        line = sentence(N_("Money sent now arrives after the grace days. A card still pays at once."))
        return MessageDraft(sentence(N_("Only a card pays in time: %(name)s"), name=name), (line,), s.today)
    line = sentence(N_("Money sent later arrives after the grace days. A card still pays at once."))
    return MessageDraft(
        sentence(N_("The last chance to pay by transfer: %(name)s"), name=name), (line,), s.today
    )


def _autopay_check(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    lines = (
        say_charge(s),
        sentence(N_("Check that the card does not expire before that day and holds enough money.")),
        sentence(
            N_(
                "The portal itself shows no warnings while autopay is on. A failed charge is repeated in “Purchases and documents”."
            )
        ),
    )
    return MessageDraft(
        sentence(N_("Check the card before the charge: %(name)s"), name=name), lines, s.term.ends_on
    )


def _late(item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    found = next((delay for delay in s.delays if delay.code == item.code), None)
    if found is None:
        return MessageDraft(sentence(N_("Renewal: %(name)s"), name=name), ())
    return MessageDraft(
        sentence(N_("Something waits too long: %(name)s"), name=name), (found.message, found.advice)
    )


def _invoice_day(plan: PaymentPlan | None, _ends_on: date | None) -> date | None:
    return plan.invoice_by if plan else None


def _pay_day(plan: PaymentPlan | None, _ends_on: date | None) -> date | None:
    return plan.pay_by if plan else None


def _end_day(_plan: PaymentPlan | None, ends_on: date | None) -> date | None:
    return ends_on


def _late_step(code: str, title: str, *, as_task: bool = False) -> ReminderKind:
    """A delay of `renewal/delays.py`; it is told after the payment too."""
    return ReminderKind(code, title, partial(_plan_late, code), _late, after_payment=True, as_task=as_task)


KINDS = (
    ReminderKind(
        "invoice_soon",
        N_("The invoice is not requested yet"),
        _plan_invoice_soon,
        _invoice_soon,
        as_task=True,
        task_day=_invoice_day,
    ),
    ReminderKind(
        "invoice_last",
        N_("The last day for the invoice"),
        _plan_invoice_last,
        _invoice_last,
        as_task=True,
        task_day=_invoice_day,
        in_calendar=True,
    ),
    ReminderKind(
        "pay_last",
        N_("The last day to pay"),
        _plan_pay_last,
        _pay_last,
        as_task=True,
        task_day=_pay_day,
        in_calendar=True,
    ),
    ReminderKind("last_chance", N_("The last chance to pay by transfer"), _plan_last_chance, _last_chance),
    ReminderKind(
        "autopay_check",
        N_("The card before the charge"),
        _plan_autopay_check,
        _autopay_check,
        as_task=True,
        task_day=_end_day,
    ),
    _late_step("invoice_late", N_("The invoice does not come")),
    _late_step("invoice_stale", N_("The invoice grows old")),
    _late_step("approval_late", N_("The approval takes long")),
    _late_step("activation_late", N_("Paid but not activated"), as_task=True),
    _late_step("check_late", N_("Nobody has checked after the activation"), as_task=True),
)
