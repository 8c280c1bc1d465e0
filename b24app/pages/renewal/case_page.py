"""The course of one renewal: what was chosen, each stage with who and when, giving it up with a reason, earlier ones."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.database import db
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.plans.plan_catalogue import read_plans
from b24app.renewal.case import CaseView
from b24app.renewal.case_stages import (
    change_case,
    give_up_case,
    list_cases,
    mark_stage,
    open_case,
    take_up_case,
    unmark_stage,
    why_given_up,
)
from b24app.renewal.renewal_stages import STAGE_TITLES, Stage, is_reached, may_mark
from b24app.renewal.renewal_state import main_situation
from b24app.services import services
from b24app.terms.payment_routes import read_payments
from b24app.terms.profile import change_profile, get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.form_fields import read_date, read_number
from b24app.web.formats import today

blueprint = Blueprint("case_page", __name__)

OUTCOMES = {
    "": N_("goes on"),
    "verified": N_("verified"),
    "unverified": N_("nobody checked it"),
    "given_up": N_("given up"),
}
BY_HAND = tuple(stage for stage in Stage if stage not in (Stage.ACTIVATION_AWAITED, Stage.ACTIVE))
LONGEST_NOTE = 500


@blueprint.get("/case")
@framed(admin=True)
def show_case(frame: Frame) -> str:
    """The present renewal and the earlier ones."""
    return draw_case(frame)


@blueprint.post("/case")
@framed(admin=True)
def keep_choice(frame: Frame) -> ResponseReturnValue:
    """Keep what was chosen; the days to act by are counted from the way of paying, so the portal's own way follows."""
    case, by, at = present(), author(frame), services().clock.now()
    try:
        values = read_choice(request.form)
        change_case(case.id, **values)
    except BadInput as wrong:
        db.session.rollback()
        return draw_case(frame, form=request.form, wrong=wrong), 422
    change_profile(by=by, at=at, route=values["route"], method=values["method"])
    mark_stage(case.id, Stage.CHOSEN, by=by, at=at, on=today())
    return draw_case(frame, saved=True)


@blueprint.post("/case/mark")
@framed(admin=True)
def mark_by_hand(frame: Frame) -> ResponseReturnValue:
    """Mark a stage on the day when it happened, with a comment."""
    form, by = request.form, author(frame)
    try:
        stage, on, note = read_mark(form)
        mark_stage(present().id, stage, by=by, at=services().clock.now(), on=on, note=note)
    except BadInput as wrong:
        db.session.rollback()
        return draw_case(frame, form=form, wrong=wrong), 422
    return draw_case(frame, saved=True)


@blueprint.post("/case/unmark")
@framed(admin=True)
def take_back(frame: Frame) -> ResponseReturnValue:
    """Take the furthest mark back."""
    case = present()
    last = Stage.PAID if case.stage is Stage.ACTIVATION_AWAITED else case.stage
    try:
        unmark_stage(case.id, last or "", by=author(frame), at=services().clock.now())
    except (ValueError, BadInput):
        wrong = BadInput(N_("Only the last mark can be taken back."), "unmark")
        return draw_case(frame, wrong=wrong), 422
    return draw_case(frame, saved=True)


@blueprint.post("/case/give-up")
@framed(admin=True)
def give_up(frame: Frame) -> ResponseReturnValue:
    """The renewal will not happen: keep why, and stop reminding."""
    form, at = request.form, services().clock.now()
    try:
        give_up_case(present().id, form.get("reason", ""), by=author(frame), at=at)
    except BadInput as wrong:
        db.session.rollback()
        return draw_case(frame, form=form, wrong=wrong), 422
    return draw_case(frame, saved=True)


@blueprint.post("/case/take-up")
@framed(admin=True)
def take_up(frame: Frame) -> str:
    """It is renewed after all."""
    take_up_case(present().id, by=author(frame), at=services().clock.now())
    return draw_case(frame, saved=True)


def author(frame: Frame) -> Author:
    """The visitor as one who decides."""
    return Author(frame.user_id, frame.user_name)


def present() -> CaseView:
    """The renewal of the present end of the plan; opened when nobody has begun it."""
    situation = main_situation(services().clock.now(), today())
    if situation is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    return open_case(situation.term, services().clock.now())


def read_choice(form: Mapping[str, str]) -> dict[str, Any]:
    """What was chosen as typed; an empty sum or period is not known yet."""
    months = form.get("period_months", "")
    if months and not (months.isascii() and months.isdecimal() and len(months) < 3):
        raise BadInput(N_("The period is counted in months, from 1 to 60."), "period_months")
    amount = form.get("amount", "").strip()
    return {
        "plan_code": form.get("plan_code", ""),
        "period_months": int(months) if months else None,
        "route": form.get("route", ""),
        "method": form.get("method", ""),
        "amount": read_number(amount, "amount") if amount else None,
        "invoice_number": form.get("invoice_number", "").strip(),
    }


def read_mark(form: Mapping[str, str]) -> tuple[Stage, date, str]:
    """A stage with its day and comment; raises BadInput by field."""
    if form.get("stage") not in BY_HAND:
        raise BadInput(N_("Choose one of the offered values."), "stage")
    on, note = read_date(form.get("on", ""), "on"), form.get("note", "").strip()
    if on > today():
        raise BadInput(N_("This day has not come yet."), "on")
    if len(note) > LONGEST_NOTE:
        raise BadInput(N_("This is too long."), "note")
    return Stage(form["stage"]), on, note


def draw_case(frame: Frame, *, form: Any = None, wrong: BadInput | None = None, saved: bool = False) -> str:
    """The whole page."""
    situation = main_situation(services().clock.now(), today())
    case = situation.case if situation else None
    profile, marks = get_profile(), case.marks if case else ()
    return page(
        "case.html",
        frame,
        s=situation,
        case=case,
        choice=form if form and "route" in form else case or profile,
        why=why_given_up(case) if case else None,
        stages=[(str(stage), STAGE_TITLES[stage]) for stage in BY_HAND if may_mark(marks, stage)],
        titles=STAGE_TITLES,
        may_give_up=case is None or (case.closed_at is None and not is_reached(marks, Stage.PAID)),
        plans=[(plan.code, plan.title) for plan in read_plans().offered()],
        payments=read_payments(),
        earlier=[found for found in list_cases() if case is None or found.id != case.id],
        outcomes=OUTCOMES,
        form=form or {},
        saved=saved,
        wrong={wrong.field: wrong.message} if wrong else {},
    )
