"""The next step once the money is sent, or once the term is over. Pure."""

from dataclasses import replace
from datetime import date

from b24app.renewal.case import Situation, renewed_elsewhere
from b24app.renewal.headline import UPDATE, is_licence
from b24app.renewal.how_to_pay import money_by
from b24app.renewal.renewal_stages import Delay, Role
from b24app.renewal.step_parts import NextStep, make_step, reason_of, where_to_pay
from b24app.terms.policy import State
from b24app.text.messages import N_, Sentence, sentence

NEW_END = N_("It shows the new last paid day.")
NEW_LICENCE_END = N_(
    "The old term ended on %(day)s. Write down the new last paid day; everything else is counted from it."
)


def await_activation(s: Situation) -> NextStep:
    """It is paid: a person looks whether the portal shows the new date."""
    if s.days_left < 0:
        return _new_date(s)
    delay = next((d for d in s.delays if d.code == "activation_late"), None)
    if delay is not None:
        return _ask_support(s, delay)
    title, reason = N_("Wait for the activation"), N_("The new last paid day appears in “My plan”.")
    if s.route == "partner" and not is_licence(s):
        reason = N_("The partner sends a coupon; an administrator activates it in “My plan”.")
    elif not is_licence(s) and _is_due(s):
        title, reason = N_("Look into “My plan”"), NEW_END
    return _look_at_my_plan(s, "activate", sentence(title), sentence(reason), s.term.ends_on)


def _is_due(s: Situation) -> bool:
    """Whether the money is there by now: a card pays at once."""
    by = money_by(s)
    return by <= s.today if by else not s.invoice


def _ask_support(s: Situation, delay: Delay) -> NextStep:
    """The money is due and the portal may still show the old date: look, then write to whoever took it."""
    if is_licence(s) or s.route == "partner":
        title = sentence(N_("Ask where the money is"))
        return _look_at_my_plan(s, "activate", title, delay.advice, s.term.ends_on)
    reason = sentence(N_("If the old date still stands there, send the payment order to support."))
    step = _look_at_my_plan(s, "activate", sentence(N_("Look into “My plan”")), reason, s.term.ends_on)
    return replace(step, third="support", third_text=sentence(N_("Write to support")))


def _new_date(s: Situation) -> NextStep:
    """The old term is over and the renewal was bought: only its new end is missing."""
    text = NEW_LICENCE_END if is_licence(s) else NEW_END
    title = N_("Write down the new date") if is_licence(s) else N_("Look into “My plan”")
    step = _look_at_my_plan(s, "new_date", sentence(title), sentence(text, day=s.term.ends_on), None)
    return (
        step if is_licence(s) else replace(step, third="support", third_text=sentence(N_("Write to support")))
    )


def _look_at_my_plan(s: Situation, code: str, title: Sentence, reason: Sentence, by: date | None) -> NextStep:
    """The portal does not report an activation: a person looks, then writes the new date down."""
    if is_licence(s):
        return make_step(
            s, code, title, reason, role=Role.ACTIVATOR, by=by, action="write_new_date", text=N_("The licence is renewed"),
        )  # fmt: skip
    return make_step(
        s, code, title, reason, role=Role.ACTIVATOR, by=by, action="open_my_plan", text=N_("Open “My plan”"),
        other="write_new_date", other_text=N_("The plan is activated"), opens="activation",
    )  # fmt: skip


def ask_new_date(s: Situation) -> NextStep:
    """It is over by the written date alone: whoever renewed it elsewhere must not pay a second time."""
    return make_step(
        s, "new_date", sentence(N_("Was it renewed? Write down the new date")), renewed_elsewhere(s), by=None,
        role=Role.RESPONSIBLE, action="write_new_date", text=N_("Write down the new date"),
        other=where_to_pay(s)["action"], other_text=N_("It was not renewed: pay"),
    )  # fmt: skip


def rescue(s: Situation) -> NextStep:
    """The term is over and not paid."""
    by = s.plan.grace_ends if s.plan and s.state is State.GRACE else None
    title, tail = N_("Pay for the plan by card"), N_("A card switches the plan on at once.")
    if is_licence(s):
        title, tail = N_("Renew the licence"), UPDATE
    return make_step(
        s, "rescue", sentence(title), reason_of(s, by, sentence(tail)), role=Role.PAYER, by=by, **where_to_pay(s),
        other="mark_paid", other_text=N_("Paid already"), opens="pay",
    )  # fmt: skip


def check_shop(s: Situation) -> NextStep:
    """It is renewed: compare."""
    return make_step(
        s, "verify", sentence(N_("Compare with the snapshot")),
        sentence(N_("The same checks show what was lost or switched off by the renewal.")),
        role=Role.RESPONSIBLE, by=None, action="compare", text=N_("Run the comparison"),
        other="mark_verified", other_text=N_("Mark: verified"),
    )  # fmt: skip
