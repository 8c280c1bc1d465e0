"""The rules that every date is counted from: what the vendor says and what the article says side by side, and corrections."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.plan_drawing import source_of
from b24app.pages.money.terms_page import author
from b24app.services import services
from b24app.terms.corrections import (
    POLICY_PREFIX,
    RULES,
    correct_fact,
    corrected_policy,
    list_corrections,
    withdraw_correction,
)
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.policy import Policy, policy_kind
from b24app.terms.profile import get_profile
from b24app.terms.sources import Claim, Fact, say_note
from b24app.terms.stored_terms import main_kind
from b24app.text.formats import number
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.filters import today

blueprint = Blueprint("rules", __name__)

KIND_TITLES = {
    "cloud": N_("Cloud plan"),
    "on_premise": N_("On-premise licence"),
    "marketplace": N_("BitrixGPT + Marketplace"),
    "telephony": N_("Telephony"),
    "other": N_("Other term"),
}
RULE_TITLES = {
    "window_days": N_("Renewal opens, days before the end"),
    "warning_days": N_("Warning, days before the end"),
    "critical_days": N_("Alarm, days before the end"),
    "grace_days": N_("Grace days after the end"),
    "safe_grace_days": N_("Grace days that we rely on"),
    "activation_days": N_("Activation, working days after the payment"),
    "late_activation_days": N_("Activation after a late payment, working days"),
    "downgrade_days": N_("A smaller plan can be bought, days before the end"),
    "deletion_days": N_("A portal that nobody enters is deleted, days"),
    "pays_overdue": N_("The overdue time has to be paid for"),
}


@blueprint.get("/rules")
@framed(admin=True)
def show_rules(frame: Frame) -> str:
    """Every rule of the terms that this portal has, by its sources."""
    return draw_rules(frame)


@blueprint.post("/rules")
@framed(admin=True)
def correct_rule(frame: Frame) -> ResponseReturnValue:
    """Keep an administrator's own rule with its reason; it drives from now on."""
    form, at = request.form, services().clock.now()
    kind, _, code = form.get("rule", "").partition(":")
    try:
        value, reason = form.get("value", ""), form.get("reason", "")
        correct_fact(POLICY_PREFIX + kind, code, value, reason=reason, by=author(frame), at=at)
    except BadInput as wrong:
        return draw_rules(frame, form=form, wrong=wrong), 422
    return draw_rules(frame, saved=True)


@blueprint.post("/rules/<int:correction_id>/withdraw")
@framed(admin=True)
def withdraw_rule(frame: Frame, correction_id: int) -> str:
    """Go back to what the sources say."""
    withdraw_correction(correction_id, services().clock.now())
    return draw_rules(frame, saved=True)


def policies() -> Mapping[str, Policy]:
    """The rules of each kind of term that is written down; those of the plan even before."""
    profile = get_profile()
    kinds = [main_kind(profile), *(term.kind for term in list_paid_terms())]
    return {policy_kind(kind): corrected_policy(kind, profile) for kind in kinds}


def draw_rules(frame: Frame, *, form: Any = None, wrong: BadInput | None = None, saved: bool = False) -> str:
    """The whole page."""
    found = policies()
    return page(
        "rules.html",
        frame,
        groups=[(gettext(KIND_TITLES[kind]), list(draw_facts(policy))) for kind, policy in found.items()],
        options=[
            (f"{kind}:{code}", f"{gettext(KIND_TITLES[kind])}: {gettext(RULE_TITLES[code])}")
            for kind, policy in found.items()
            for code in RULES
            if code in policy.facts
        ],
        corrections=[item for item in list_corrections() if item.subject.startswith(POLICY_PREFIX)],
        titles=RULE_TITLES,
        form=form or {},
        saved=saved,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def draw_facts(policy: Policy) -> Iterable[dict[str, Any]]:
    """Each rule with what drives and all that is claimed about it."""
    for code, title in RULE_TITLES.items():
        fact = policy.facts.get(code)
        if fact is not None:
            yield {
                "title": gettext(title),
                "used": say_value(fact.used) if fact.used else gettext("unknown"),
                "differ": fact.differ,
                "claims": [draw_claim(claim, fact, policy, today()) for claim in fact.claims],
            }


def draw_claim(claim: Claim, fact: Fact, policy: Policy, on: date) -> dict[str, Any]:
    """One voice: what it says, who it is, when it was heard, and whether it drives."""
    by_person = claim.grade == "H"
    return {
        "value": say_value(claim),
        "note": "" if by_person else say_note(claim.note),
        "source": source_of(claim, policy.sources),
        "kind": "person" if by_person else "stale" if claim.is_stale(on) else "document",
        "drives": claim is fact.used,
    }


def say_value(claim: Claim) -> str:
    """A value in words: yes or no, a number, or that nobody states it."""
    if claim.value is None:
        return gettext("not stated")
    if isinstance(claim.value, bool):
        return gettext("Yes") if claim.value else gettext("No")
    return number(claim.number) if claim.number is not None else str(claim.value)
