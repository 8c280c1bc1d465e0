"""The recovery as its page shows it: pay, look at the new date, come back. Pure: sentences before translation."""

from dataclasses import replace

from b24app.renewal.case import Situation
from b24app.renewal.headline import is_licence
from b24app.renewal.recovery import PortalRefusal, RescueStep, recovery, where_the_end_is
from b24app.renewal.renewal_stages import Role
from b24app.terms.policy import State
from b24app.text.messages import N_, sentence

NOT_ON_THE_PAGE = frozenset({"applications", "orders"})


def steps_back(
    s: Situation, refusal: PortalRefusal, *, subscription_over: bool = False
) -> tuple[RescueStep, ...]:
    """The same order as its page shows it: pay, look at the new date, come back; what integrations missed is below.

    The subscription comes in only where it has ended too, or where the portal has been refusing because of the plan.
    """
    steps = [
        step
        for step in recovery(s, refusal, subscription_over=subscription_over)
        if step.code not in NOT_ON_THE_PAGE
    ]
    gone = s.state in (State.LAPSED, State.LOCKED) and not s.may_be_renewed
    if not (subscription_over or refusal.kind or gone):
        steps = [step for step in steps if step.code != "subscription"]
    at = next((number for number, step in enumerate(steps) if step.code == "compare"), len(steps))
    if any(step.code in {"pay", "lock"} for step in steps) and not s.may_be_renewed:
        steps.insert(at, _new_date(s))
    return tuple(_on_the_page(s, step) for step in steps)


def _on_the_page(s: Situation, step: RescueStep) -> RescueStep:
    """The step with a person, and as it is called beside the others."""
    title = step.title
    if step.code == "compare":
        title = sentence(N_("Come back here: we compare the shop"))
    elif step.code == "pay" and s.may_be_renewed:
        title = sentence(N_("Not renewed? Pay by card"))
    return replace(step, title=title, who=step.who or s.who(Role.ACTIVATOR))


def _new_date(s: Situation) -> RescueStep:
    """After the payment: the portal itself shows whether it has taken effect."""
    path, link = where_the_end_is(s)
    title = N_("Look at the new date in “My plan”")
    if is_licence(s):
        title = N_("Look at the new date of the licence")
    text = N_("The new last paid day stands there as soon as the money has come.")
    return RescueStep("date", sentence(title), sentence(text), s.who(Role.ACTIVATOR), path, link)
