"""The rules that every date is counted from: the claims of vendor and article side by side, and corrections."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.services import services
from b24app.sources import Claim
from b24app.terms.corrections import (
    POLICY_PREFIX,
    correct_fact,
    corrected_policy,
    list_corrections,
    withdraw_correction,
)
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.policy import RULES, Policy, policy_kind
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import main_kind
from b24app.text.formats import number
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author

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


def policies() -> Mapping[str, Policy]:
    """The rules of each kind of term that is written down; those of the plan even before."""
    profile = get_profile()
    kinds = [main_kind(profile), *(term.kind for term in list_paid_terms())]
    return {policy_kind(kind): corrected_policy(kind, profile) for kind in kinds}


def draw_rules(frame: Frame, wrong: BadInput | None = None, *, saved: bool = False) -> str:
    """The whole page."""
    return page(
        "rules.html",
        frame,
        policies=policies(),
        kinds=KIND_TITLES,
        rules=RULES,
        corrections=[item for item in list_corrections() if item.subject.startswith(POLICY_PREFIX)],
        titles=RULE_TITLES,
        form=request.form if wrong else {},
        saved=saved,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/rules")
@framed(admin=True)
def show_rules(frame: Frame) -> str:
    """Every rule of the terms that this portal has, by its sources."""
    return draw_rules(frame)


@blueprint.post("/rules")
@framed(admin=True, redraw=draw_rules)
def correct_rule(frame: Frame) -> str:
    """Keep an administrator's own rule with its reason; it drives from now on."""
    form, at = request.form, services().clock.now()
    kind, _, code = form.get("rule", "").partition(":")
    value, reason = form.get("value", ""), form.get("reason", "")
    correct_fact(POLICY_PREFIX + kind, code, value, reason=reason, by=author(frame), at=at)
    return draw_rules(frame, saved=True)


@blueprint.post("/rules/<int:correction_id>/withdraw")
@framed(admin=True)
def withdraw_rule(frame: Frame, correction_id: int) -> str:
    """Go back to what the sources say."""
    withdraw_correction(correction_id, services().clock.now())
    return draw_rules(frame, saved=True)


@blueprint.app_template_filter("claim_value")
def claim_value(claim: Claim | None) -> str:
    """A value in words: yes or no, a number, or that nobody states it."""
    if claim is None:
        return gettext("unknown")
    if claim.value is None:
        return gettext("not stated")
    if isinstance(claim.value, bool):
        return gettext("Yes") if claim.value else gettext("No")
    return number(claim.number) if claim.number is not None else str(claim.value)
