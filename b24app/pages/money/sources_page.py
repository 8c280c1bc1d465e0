"""Corrections of the rules that every date is counted from: kept with who, when and why, and withdrawn."""

from flask import Blueprint, request
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.money_page import draw_money
from b24app.services import services
from b24app.sources import Claim
from b24app.terms.corrections import POLICY_PREFIX, correct_fact, withdraw_correction
from b24app.text.formats import number
from b24app.text.messages import N_
from b24app.web import framed, toast
from b24app.web.access import author

blueprint = Blueprint("sources_page", __name__)


def redraw_sources(frame: Frame, wrong: BadInput) -> str:
    """The page with the sources still open, and what was typed there."""
    return draw_money(frame, wrong, opened="sources", form=request.form)


@blueprint.post("/money/rules")
@framed(admin=True, redraw=redraw_sources)
def correct_rule(frame: Frame) -> str:
    """Keep an administrator's own rule with its reason; it drives from now on."""
    form, at = request.form, services().clock.now()
    kind, _, code = form.get("rule", "").partition(":")
    value, reason = form.get("value", ""), form.get("reason", "")
    correct_fact(POLICY_PREFIX + kind, code, value, reason=reason, by=author(frame), at=at)
    toast(N_("Saved"))
    return draw_money(frame, opened="sources")


@blueprint.post("/money/rules/<int:correction_id>/withdraw")
@framed(admin=True)
def withdraw_rule(frame: Frame, correction_id: int) -> str:
    """Return to the sources' value."""
    withdraw_correction(correction_id, services().clock.now())
    toast(N_("Withdrawn"))
    return draw_money(frame, opened="sources")


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
