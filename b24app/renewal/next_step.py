"""The one thing to do next in a renewal, by when and by whom. Pure: message ids and values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from b24app.renewal.case import Situation, renewed_elsewhere
from b24app.renewal.headline import UPDATE, is_licence, working_days_left_of, working_days_of
from b24app.renewal.how_to_pay import why_by_card
from b24app.renewal.renewal_stages import Holder, Opening, Role, Stage
from b24app.terms.payment_advice import PayingWay, WayCode
from b24app.terms.policy import State
from b24app.text.messages import N_, NOTHING, Sentence, sentence


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next; `action` is a code that a page turns into an address.

    `opens` names what the action opens and what is asked about afterwards; empty when nothing is asked.
    """

    code: str
    title: Sentence
    reason: Sentence
    by: date | None
    who: Holder | None
    duty: Sentence
    action: str
    action_text: Sentence
    other: str
    other_text: Sentence
    opens: str = ""


NEW_END = N_(
    "The old term ended on %(day)s. “My plan” shows the new last paid day; everything else is counted from it."
)
NEW_LICENCE_END = N_(
    "The old term ended on %(day)s. Write down the new last paid day; everything else is counted from it."
)
DUTIES = {
    Role.RESPONSIBLE: N_("responsible for the invoice"),
    Role.DECIDER: N_("decides"),
    Role.PAYER: N_("pays"),
    Role.ACTIVATOR: N_("activates"),
}


def next_step(s: Situation, openings: Mapping[str, Opening] | None = None) -> NextStep:
    """The one thing to do next; what was opened already is asked about before anything else."""
    step = _next_step(s)
    opening = (openings or {}).get(step.opens)
    return _ask(step, opening) if opening else step


def _ask(step: NextStep, opening: Opening) -> NextStep:
    """The same step after its place was opened: only a person knows whether it was done there."""
    title, yes = QUESTIONS[step.opens]
    return replace(
        step,
        code=f"asked_{step.opens}",
        title=sentence(title),
        reason=sentence(OPENED[opening.way], name=opening.by, day=opening.at),
        action=MARK_OF[step.opens],
        action_text=sentence(yes),
        other="not_yet",
        other_text=sentence(N_("Not yet")),
    )


def _next_step(s: Situation) -> NextStep:
    if s.term.ends_on is None or (s.date_doubtful and not s.paid and not s.may_be_renewed):
        return _confirm_date(s)
    if s.state is State.ACTIVE_AGAIN:
        return _check(s)
    if s.paid:
        return _await(s)
    if s.given_up:
        return _given_up(s)
    if s.may_be_renewed:
        return _new_date_or_pay(s)
    if s.state in (State.GRACE, State.LAPSED, State.LOCKED):
        return _rescue(s)
    if s.state is State.ACTIVE:
        return _wait_for_window(s)
    return _check_card(s) if s.term.autopay else _towards_payment(s)


QUESTIONS = {
    "invoice": (N_("Have you requested the invoice?"), N_("Yes, requested")),
    "pay": (N_("Have you paid?"), N_("Yes, paid")),
}
MARK_OF = {"invoice": "mark_invoice_requested", "pay": "mark_paid"}
OPENED = {
    "portal": N_("The portal’s page was opened by %(name)s on %(day)s. Only your answer is written down."),
    "letter": N_(
        "The letter to the partner was opened by %(name)s on %(day)s. Only your answer is written down."
    ),
}


def _towards_payment(s: Situation) -> NextStep:
    first = s.advice.first if s.advice else None
    if s.invoice and first is not None and first.code is WayCode.CARD:
        return _card_instead(s, first)
    if s.invoice and not s.has(Stage.INVOICE_RECEIVED):
        return _invoice_received(s) if s.has(Stage.INVOICE_REQUESTED) else _request_invoice(s)
    if not s.has(Stage.APPROVED) and s.plan is not None and s.plan.conditions.approval_days:
        return _approve(s)
    return _pay(s)


def _reason(s: Situation, by: date | None, tail: Sentence = NOTHING) -> Sentence:
    """«До 15 декабря: осталось 11 рабочих дней», or that the day has passed."""
    if by is None:
        return tail
    days = s.calendar.between(s.today, by)
    if by < s.today:
        return sentence(N_("It had to be done by %(day)s. Do it today. %(tail)s"), day=by, tail=tail)
    if by == s.today:
        return sentence(N_("Today is the last day. %(tail)s"), tail=tail)
    return sentence(N_("By %(day)s: %(left)s. %(tail)s"), day=by, left=working_days_left_of(days), tail=tail)


def _step(
    s: Situation, code: str, title: Sentence, reason: Sentence, *, role: Role, by: date | None, action: str, text: str,
    other: str = "", other_text: str = "", opens: str = "",
) -> NextStep:  # fmt: skip
    return NextStep(
        code=code,
        title=title,
        reason=reason,
        by=by,
        who=s.who(role),
        duty=sentence(DUTIES[role]),
        action=action,
        action_text=sentence(text),
        other=other,
        other_text=sentence(other_text),
        opens=opens,
    )


def _confirm_date(s: Situation) -> NextStep:
    title, reason = N_("Confirm the date"), N_("Everything else is counted from it. It takes a minute.")
    action = "write_date" if s.term.ends_on is None else "confirm_date"
    return _step(
        s, "confirm_date", sentence(title), sentence(reason), role=Role.RESPONSIBLE, by=None, action=action, text=title,
    )  # fmt: skip


def _given_up(s: Situation) -> NextStep:
    reason = sentence(N_("Nobody is reminded any more. The term still ends on %(day)s."), day=s.term.ends_on)
    return _step(
        s, "given_up", sentence(N_("The renewal was given up")), reason, role=Role.DECIDER, by=None, action="open_case",
        text=N_("Renew after all"),
    )  # fmt: skip


def _wait_for_window(s: Situation) -> NextStep:
    opens = s.plan.window_opens if s.plan else None
    title, action, text = N_("Choose the plan and the people"), "choose_plan", N_("Compare plans")
    if is_licence(s):
        title, text = N_("Choose the way to pay and the people"), N_("Write down the choice")
        action = "open_case"
    return _step(
        s, "prepare", sentence(title), sentence(N_("The renewal opens on %(day)s; approval can start before."), day=opens),
        role=Role.DECIDER, by=opens, action=action, text=text,
    )  # fmt: skip


def _check_card(s: Situation) -> NextStep:
    by = s.term.ends_on
    tail = sentence(N_("It must not expire before the charge and must hold enough money."))
    return _step(
        s, "autopay", sentence(N_("Check the card of autopay")), _reason(s, by, tail), role=Role.PAYER, by=by,
        **_where_to_pay(s), other="mark_paid", other_text=N_("Mark: charged"),
    )  # fmt: skip


def _request_invoice(s: Situation) -> NextStep:
    by = s.plan.order_by if s.plan else None
    approval = s.plan.conditions.approval_days if s.plan else 0
    tail = (
        sentence(N_("Approval usually takes %(count)s."), count=working_days_of(approval))
        if approval
        else NOTHING
    )
    partner = s.route == "partner"
    title = N_("Request the invoice from the partner") if partner else N_("Request the invoice")
    return _step(
        s, "invoice", sentence(title), _reason(s, by, tail), role=Role.RESPONSIBLE, by=by, action="request_invoice",
        text=N_("Request the invoice"), other="mark_invoice_requested", other_text=N_("Mark: requested"),
        opens="invoice",
    )  # fmt: skip


def _invoice_received(s: Situation) -> NextStep:
    delay = next((d for d in s.delays if d.code == "invoice_late"), None)
    tail = delay.advice if delay else sentence(N_("Attach the invoice when it comes."))
    by = s.plan.pay_by if s.plan else None
    return _step(
        s, "invoice_wait", sentence(N_("Wait for the invoice")), _reason(s, by, tail), role=Role.RESPONSIBLE, by=by,
        action="mark_invoice_received", text=N_("Mark: invoice received"),
    )  # fmt: skip


def _approve(s: Situation) -> NextStep:
    by = s.plan.pay_by if s.plan else None
    delay = next((d for d in s.delays if d.role is Role.DECIDER or d.code == "invoice_stale"), None)
    return _step(
        s, "approve", sentence(N_("Approve the payment")), _reason(s, by, delay.advice if delay else NOTHING), by=by,
        role=Role.DECIDER, action="mark_approved", text=N_("Mark: payment approved"), other="mark_paid",
        other_text=N_("Mark: paid"),
    )  # fmt: skip


def _where_to_pay(s: Situation) -> dict[str, str]:
    """The page of the portal on which the term is paid for, and what its button says."""
    if is_licence(s):
        return {"action": "open_licence", "text": N_("Open the licence")}
    return {"action": "open_my_plan", "text": N_("Open “My plan”")}


def _pay(s: Situation) -> NextStep:
    """A card is charged on the portal's page; money by an invoice leaves from the bank, where we can open nothing."""
    by, page = s.pay_by, _where_to_pay(s)
    title, mark = sentence(N_("Pay for the renewal")), N_("Mark: paid")
    if s.invoice:
        return _step(
            s, "pay", title, _reason(s, by), role=Role.PAYER, by=by, action="mark_paid",
            text=mark, other=page["action"], other_text=page["text"],
        )  # fmt: skip
    return _step(
        s, "pay", title, _reason(s, by), role=Role.PAYER, by=by, **page,
        other="mark_paid", other_text=mark, opens="pay",
    )  # fmt: skip


def _card_instead(s: Situation, way: PayingWay) -> NextStep:
    """The invoice, its approval and the bank do not fit any more: the card comes first, a transfer while it still can."""
    other, other_text = "mark_paid", N_("Mark: paid")
    if not s.ordered and s.advice and s.advice.transfer:
        other, other_text = "request_invoice", N_("Request the invoice all the same")
    return _step(
        s, "card", sentence(N_("Pay by card")), why_by_card(s), role=Role.PAYER, by=way.by,
        **_where_to_pay(s), other=other, other_text=other_text, opens="pay",
    )  # fmt: skip


def _await(s: Situation) -> NextStep:
    if s.days_left < 0:
        return _new_date(s)
    delay = next((d for d in s.delays if d.code == "activation_late"), None)
    reason = delay.advice if delay else sentence(N_("Write down the new end when the portal shows it."))
    if delay is None and s.route == "partner" and not is_licence(s):
        reason = sentence(N_("The partner sends a coupon; an administrator activates it in “My plan”."))
    return _step(
        s, "activate", sentence(N_("Wait for the activation")), reason, role=Role.ACTIVATOR, by=s.term.ends_on,
        action="write_new_date", text=N_("The licence is renewed") if is_licence(s) else N_("The plan is renewed"),
    )  # fmt: skip


def _new_date(s: Situation) -> NextStep:
    """The old term is over and the renewal was bought: only its new end is missing."""
    text, title = NEW_LICENCE_END if is_licence(s) else NEW_END, N_("Write down the new date")
    return _step(
        s, "new_date", sentence(title), sentence(text, day=s.term.ends_on), role=Role.ACTIVATOR, by=None,
        action="write_new_date", text=title,
    )  # fmt: skip


def _new_date_or_pay(s: Situation) -> NextStep:
    """Only the written date says that it is over: whoever renewed it elsewhere must not pay a second time."""
    return _step(
        s, "new_date", sentence(N_("Was it renewed? Write down the new date")), renewed_elsewhere(s), by=None,
        role=Role.RESPONSIBLE, action="write_new_date", text=N_("Write down the new date"),
        other=_where_to_pay(s)["action"], other_text=N_("It was not renewed: pay"),
    )  # fmt: skip


def _rescue(s: Situation) -> NextStep:
    by = s.plan.grace_ends if s.plan and s.state is State.GRACE else None
    title, tail = N_("Pay for the plan by card"), N_("A card switches the plan on at once.")
    if is_licence(s):
        title, tail = N_("Renew the licence"), UPDATE
    return _step(
        s, "rescue", sentence(title), _reason(s, by, sentence(tail)), role=Role.PAYER, by=by, **_where_to_pay(s),
        other="mark_paid", other_text=N_("Mark: paid"), opens="pay",
    )  # fmt: skip


def _check(s: Situation) -> NextStep:
    return _step(
        s, "verify", sentence(N_("Compare with the snapshot")),
        sentence(N_("The same checks show what was lost or switched off by the renewal.")),
        role=Role.RESPONSIBLE, by=None, action="compare", text=N_("Run the comparison"),
        other="mark_verified", other_text=N_("Mark: verified"),
    )  # fmt: skip
