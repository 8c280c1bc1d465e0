"""The next step of a renewal, by when and by whom. Pure: message ids and values."""

from collections.abc import Mapping
from dataclasses import replace

from b24app.renewal.case import Situation
from b24app.renewal.headline import is_licence
from b24app.renewal.how_to_pay import why_by_card
from b24app.renewal.renewal_stages import Opening, Role, Stage
from b24app.renewal.step_after_payment import ask_new_date, await_activation, check_shop, rescue
from b24app.renewal.step_parts import NextStep, make_step, reason_of, where_to_pay
from b24app.terms.payment_advice import PayingWay, WayCode
from b24app.terms.policy import State
from b24app.text.messages import N_, NOTHING, Sentence, sentence


def next_step(s: Situation, openings: Mapping[str, Opening] | None = None) -> NextStep:
    """The next step; what was opened already is asked about before anything else."""
    step = _next_step(s)
    opening = (openings or {}).get(step.opens)
    return _ask(step, opening) if opening else step


def _ask(step: NextStep, opening: Opening) -> NextStep:
    """The same step after its place was opened: a person answers whether it was done there."""
    title, yes, failed = QUESTIONS[step.opens]
    return replace(
        step,
        code=f"asked_{step.opens}",
        title=sentence(title),
        reason=NOTHING,
        opening=opening,
        action=MARK_OF[step.opens],
        action_text=sentence(yes),
        other="not_yet",
        other_text=sentence(N_("Not yet")),
        third="failed",
        third_text=sentence(failed),
    )


def _next_step(s: Situation) -> NextStep:
    if s.term.ends_on is None or (s.date_doubtful and not s.paid and not s.may_be_renewed):
        return _confirm_date(s)
    if s.state is State.ACTIVE_AGAIN:
        return check_shop(s)
    if s.paid:
        return await_activation(s)
    if s.given_up:
        return _given_up(s)
    if s.may_be_renewed:
        return ask_new_date(s)
    if s.state in (State.GRACE, State.LAPSED, State.LOCKED):
        return rescue(s)
    if s.state is State.ACTIVE:
        return _wait_for_window(s)
    return _check_card(s) if s.term.autopay else _towards_payment(s)


QUESTIONS = {
    "invoice": (N_("Is the order placed?"), N_("Yes, the invoice is ordered"), N_("Could not place it")),
    "pay": (N_("Have you paid?"), N_("Yes, paid"), N_("Could not pay")),
    "activation": (
        N_("Does “My plan” show the new date?"), N_("Yes, write it down"), N_("Write to support"),
    ),
}  # fmt: skip
MARK_OF = {"invoice": "mark_invoice_requested", "pay": "mark_paid", "activation": "write_new_date"}


def _towards_payment(s: Situation) -> NextStep:
    first = s.advice.first if s.advice else None
    if s.invoice and first is not None and first.code is WayCode.CARD:
        return _card_instead(s, first)
    if s.invoice and not s.has(Stage.INVOICE_RECEIVED):
        return _invoice_received(s) if s.has(Stage.INVOICE_REQUESTED) else _request_invoice(s)
    if not s.has(Stage.APPROVED) and s.plan is not None and s.plan.conditions.approval_days:
        return _approve(s)
    return _pay(s)


def _confirm_date(s: Situation) -> NextStep:
    title, reason = N_("Confirm the date"), N_("Everything else is counted from it. It takes a minute.")
    action = "write_date" if s.term.ends_on is None else "confirm_date"
    return make_step(
        s, "confirm_date", sentence(title), sentence(reason), role=Role.RESPONSIBLE, by=None, action=action, text=title,
    )  # fmt: skip


def _given_up(s: Situation) -> NextStep:
    reason = sentence(N_("Nobody is reminded any more. The term still ends on %(day)s."), day=s.term.ends_on)
    return make_step(
        s, "given_up", sentence(N_("The renewal was given up")), reason, role=Role.DECIDER, by=None, action="open_case",
        text=N_("Renew after all"),
    )  # fmt: skip


def _wait_for_window(s: Situation) -> NextStep:
    opens = s.plan.window_opens if s.plan else None
    title, action, text = N_("Choose the plan and the people"), "choose_plan", N_("Compare plans")
    if is_licence(s):
        title, text = N_("Choose the way to pay and the people"), N_("Write down the choice")
        action = "open_case"
    return make_step(
        s, "prepare", sentence(title), sentence(N_("The renewal opens on %(day)s; approval can start before."), day=opens),
        role=Role.DECIDER, by=opens, action=action, text=text,
    )  # fmt: skip


def _check_card(s: Situation) -> NextStep:
    by = s.term.ends_on
    tail = sentence(N_("It must not expire before the charge and must hold enough money."))
    return make_step(
        s, "autopay", sentence(N_("Check the card of autopay")), reason_of(s, by, tail), role=Role.PAYER, by=by,
        **where_to_pay(s), other="mark_paid", other_text=N_("Mark: charged"),
    )  # fmt: skip


def _request_invoice(s: Situation) -> NextStep:
    by = s.plan.order_by if s.plan else None
    title, text = N_("Order the invoice"), N_("Open the order in the portal")
    if s.route == "partner":
        title, text = N_("Order the invoice from the partner"), N_("Write to the partner")
    elif is_licence(s):
        text = N_("Open the licence")
    return make_step(
        s, "invoice", sentence(title), reason_of(s, by), role=Role.RESPONSIBLE, by=by, action="request_invoice",
        text=text, other="mark_invoice_received", other_text=N_("I have the invoice already"), opens="invoice",
    )  # fmt: skip


def _invoice_received(s: Situation) -> NextStep:
    delay = next((d for d in s.delays if d.code == "invoice_late"), None)
    tail = delay.advice if delay else sentence(N_("Attach the invoice when it comes."))
    by = s.plan.pay_by if s.plan else None
    return make_step(
        s, "invoice_wait", sentence(N_("Wait for the invoice")), reason_of(s, by, tail), role=Role.RESPONSIBLE, by=by,
        action="mark_invoice_received", text=N_("Mark: invoice received"),
    )  # fmt: skip


def _approve(s: Situation) -> NextStep:
    by = s.plan.pay_by if s.plan else None
    delay = next((d for d in s.delays if d.role is Role.DECIDER or d.code == "invoice_stale"), None)
    return make_step(
        s, "approve", sentence(N_("Approve the payment")), reason_of(s, by, delay.advice if delay else NOTHING), by=by,
        role=Role.DECIDER, action="mark_approved", text=N_("Mark: payment approved"), other="mark_paid",
        other_text=N_("Mark: paid"),
    )  # fmt: skip


def _pay(s: Situation) -> NextStep:
    """A card is charged on the portal's page; money by an invoice leaves from the bank, where we can open nothing."""
    by, page = s.pay_by, where_to_pay(s)
    title, mark = _what_to_pay(s), N_("Mark: paid")
    if s.invoice:
        return make_step(
            s, "pay", title, reason_of(s, by), role=Role.PAYER, by=by, action="mark_paid",
            text=mark, other=page["action"], other_text=page["text"],
        )  # fmt: skip
    return make_step(
        s, "pay", title, reason_of(s, by), role=Role.PAYER, by=by, **page,
        other="mark_paid", other_text=N_("Paid already"), opens="pay",
    )  # fmt: skip


def _what_to_pay(s: Situation) -> Sentence:
    if s.plan_name:
        return sentence(N_("Pay for the “%(plan)s” plan"), plan=s.plan_name)
    return sentence(N_("Pay for the renewal"))


def _card_instead(s: Situation, way: PayingWay) -> NextStep:
    """The invoice, its approval and the bank are too slow by now: the card comes first, a transfer while it still can."""
    other, other_text, reason = "mark_paid", N_("Paid already"), why_by_card(s)
    if way.by == s.today:
        reason = sentence(N_("Do not wait until the evening: the bank may refuse the card."))
    elif s.plan is not None and s.today > s.plan.pay_by:
        reason = sentence(N_("Better today: the bank may refuse the card."))
    elif not s.ordered and s.advice and s.advice.transfer:
        other, other_text = "request_invoice", N_("Order the invoice all the same")
    return make_step(
        s, "card", sentence(N_("Pay by card")), reason, role=Role.PAYER, by=way.by,
        **where_to_pay(s), other=other, other_text=other_text, opens="pay",
    )  # fmt: skip
