"""Reminders about the steps of a renewal: the last days for the invoice and for paying, the card of autopay, late steps. Pure."""

from datetime import date, timedelta

from b24app.reminders.kinds import (
    MessageDraft,
    Planned,
    ReminderKind,
    ReminderSchedule,
    Subject,
    charge_line,
)
from b24app.renewal.case import Situation
from b24app.renewal.how_to_pay import how_to_pay, lines_of_payment
from b24app.renewal.renewal_stages import Role, Stage, is_reached
from b24app.text.messages import N_, NN_, Sentence, sentence


def _by_hand(subject: Subject) -> bool:
    return subject.main and not subject.autopay


def _invoice_by(subject: Subject, _schedule: ReminderSchedule) -> list[date]:
    """The last day to ask for an invoice, of the main plan while it is paid by hand and nobody has asked."""
    by = subject.plan.order_by
    asked = is_reached(subject.marks, Stage.INVOICE_REQUESTED)
    return [] if by is None or asked or not _by_hand(subject) else [by]


def _before_invoice(subject: Subject, schedule: ReminderSchedule) -> list[date]:
    early = timedelta(days=schedule.step_warning_days)
    days = [by - early for by in _invoice_by(subject, schedule)]
    return [day for day in days if day > subject.plan.window_opens]


def _last_chance_on(subject: Subject, _schedule: ReminderSchedule) -> list[date]:
    on = subject.plan.last_chance_on
    transfer = subject.plan.conditions.invoice
    return [on] if _by_hand(subject) and transfer and on > subject.ends_on else []


def _before_charge(subject: Subject, schedule: ReminderSchedule) -> list[date]:
    """The card is looked at before each charge: a portal with autopay shows no warnings of its own.

    Source: portal code, intranet.license.widget: "almost expired" is shown only when autopay is off.
    """
    return [subject.ends_on - timedelta(days=schedule.step_warning_days)] if subject.autopay else []


def _invoice_soon(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    by = s.plan.order_by if s.plan else None
    if by is not None and by < s.today:
        return _invoice_last(_item, s, name)
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
    by = s.plan.order_by if s.plan else None
    if by is not None and by < s.today:
        missed = sentence(N_("It had to be requested by %(day)s."), day=by)
        subject = sentence(N_("The invoice is late: %(name)s"), name=name)
        return MessageDraft(subject, (missed, how_to_pay(s)), s.today)
    line = sentence(N_("Requested later, the invoice leaves no time for approval and for the bank."))
    return MessageDraft(sentence(N_("The last day for the invoice: %(name)s"), name=name), (line,), by)


def _pay_last(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    plan = s.plan
    if plan is not None and plan.pay_by < s.today:
        subject = sentence(N_("The day to pay has passed: %(name)s"), name=name)
        return MessageDraft(subject, lines_of_payment(s), s.today)
    line = how_to_pay(s)
    if plan is not None and plan.conditions.invoice and plan.pay_by == s.today:
        line = sentence(N_("Sent today, the money arrives on %(day)s."), day=plan.arrives_on)
    return MessageDraft(
        sentence(N_("The last day to pay: %(name)s"), name=name), (line,), plan.pay_by if plan else None
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
        charge_line(s),
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


def _late_step(code: str, title: str, *, as_task: bool = False) -> ReminderKind:
    """A delay of `renewal/delays.py`; people are reminded of it after the payment too."""

    def roles(subject: Subject, _schedule: ReminderSchedule, _on: date) -> tuple[Role, ...]:
        role = next(delay.role for delay in subject.delays if delay.code == code)
        return (role,) if role is Role.RESPONSIBLE else (role, Role.RESPONSIBLE)

    return ReminderKind(
        code,
        title,
        line=f"delay_{code}",
        days=lambda subject, _schedule: [delay.since for delay in subject.delays if delay.code == code],
        roles=roles,
        draft=_late,
        after_payment=True,
        as_task=as_task,
    )


KINDS = (
    ReminderKind(
        "invoice_soon",
        N_("The invoice is not requested yet"),
        line="invoice",
        days=_before_invoice,
        roles=(Role.RESPONSIBLE,),
        draft=_invoice_soon,
        as_task=True,
        task_day=lambda plan, _ends_on: plan.order_by if plan else None,
    ),
    ReminderKind(
        "invoice_last",
        N_("The last day for the invoice"),
        line="invoice",
        days=_invoice_by,
        roles=(Role.RESPONSIBLE, Role.DECIDER),
        draft=_invoice_last,
        as_task=True,
        task_day=lambda plan, _ends_on: plan.order_by if plan else None,
        in_calendar=True,
    ),
    ReminderKind(
        "pay_last",
        N_("The last day to pay"),
        line="pay",
        days=lambda subject, _schedule: [subject.plan.pay_by] if _by_hand(subject) else [],
        roles=(Role.PAYER, Role.RESPONSIBLE),
        draft=_pay_last,
        as_task=True,
        task_day=lambda plan, _ends_on: plan.pay_by if plan else None,
        in_calendar=True,
    ),
    ReminderKind(
        "last_chance",
        N_("The last chance to pay by transfer"),
        line="pay",
        days=_last_chance_on,
        draft=_last_chance,
    ),
    ReminderKind(
        "autopay_check",
        N_("The card before the charge"),
        line="autopay",
        days=_before_charge,
        roles=(Role.PAYER, Role.RESPONSIBLE),
        draft=_autopay_check,
        as_task=True,
        task_day=lambda _plan, ends_on: ends_on,
    ),
    _late_step("invoice_late", N_("The invoice does not come")),
    _late_step("invoice_stale", N_("The invoice grows old")),
    _late_step("approval_late", N_("The approval takes long")),
    _late_step("activation_late", N_("Paid but not activated"), as_task=True),
    _late_step("check_late", N_("Nobody has checked after the activation"), as_task=True),
)
