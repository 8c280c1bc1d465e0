"""The course of one renewal: what was chosen, each stage with who and when, giving it up with a reason, earlier ones."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypedDict

from flask import Blueprint, request

from b24app.comparison.after_activation import proof
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.plans.plan_catalogue import read_plans
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import (
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
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.profile import change_profile, current_payments, get_profile
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web import author, framed, page
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_number

blueprint = Blueprint("case_page", __name__)

OUTCOMES = {
    "": N_("goes on"),
    "verified": N_("verified"),
    "unverified": N_("nobody checked it"),
    "given_up": N_("given up"),
}
BY_HAND = tuple(stage for stage in Stage if stage not in (Stage.ACTIVATION_AWAITED, Stage.ACTIVE))
LONGEST_NOTE, SHORTEST_REASON = 500, 3


class Choice(TypedDict):
    """What is chosen for a renewal; a sum or a period may not be known yet."""

    plan_code: str
    period_months: int | None
    route: str
    method: str
    amount: Decimal | None
    invoice_number: str


def draw_case(frame: Frame, wrong: BadInput | None = None, *, saved: bool = False) -> str:
    """The whole page."""
    situation = main_situation(services().clock.now(), today())
    case = situation.case if situation else None
    marks, form = case.marks if case else (), request.form if wrong else {}
    return page(
        "case.html",
        frame,
        s=situation,
        case=case,
        choice=form if "route" in form else case or get_profile(),
        why=why_given_up(case) if case else None,
        stages=[(str(stage), STAGE_TITLES[stage]) for stage in BY_HAND if may_mark(marks, stage)],
        titles=STAGE_TITLES,
        may_give_up=case is None or (case.closed_at is None and not is_reached(marks, Stage.PAID)),
        plans=[(plan.code, plan.title) for plan in read_plans(get_profile().region).offered()],
        payments=current_payments(),
        earlier=[found for found in list_cases() if case is None or found.id != case.id],
        outcomes=OUTCOMES,
        form=form,
        saved=saved,
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/case")
@framed(admin=True)
def show_case(frame: Frame) -> str:
    """The present renewal and the earlier ones."""
    return draw_case(frame)


@blueprint.post("/case")
@framed(admin=True, redraw=draw_case)
def keep_choice(frame: Frame) -> str:
    """Keep what was chosen; the days to act by are counted from the payment method, so the portal's own method follows."""
    case, by, at = present(), author(frame), services().clock.now()
    choice = read_choice(request.form)
    change_case(case.id, **choice)
    change_profile(by=by, at=at, route=choice["route"], method=choice["method"])
    mark_stage(case.id, Stage.CHOSEN, by=by, at=at, on=today())
    return draw_case(frame, saved=True)


@blueprint.post("/case/mark")
@framed(admin=True, redraw=draw_case)
def mark_by_hand(frame: Frame) -> str:
    """Mark a stage on the day when it happened, with a comment; verified too early needs one that says why."""
    stage, on, note = read_mark(request.form)
    accept_day(on, DayUse.DONE, "on")
    if stage is Stage.VERIFIED and len(note) < SHORTEST_REASON and not proof().is_whole:
        raise BadInput(
            N_(
                "Something is still to be checked, see the overview. To close it all the same, say why in the comment."
            ),
            "note",
        )
    at = services().clock.now()
    mark_stage(present().id, stage, by=author(frame), at=at, on=on, note=note)
    return draw_case(frame, saved=True)


@blueprint.post("/case/unmark")
@framed(admin=True, redraw=draw_case)
def take_back(frame: Frame) -> str:
    """Take the furthest mark back."""
    case = present()
    last = Stage.PAID if case.stage is Stage.ACTIVATION_AWAITED else case.stage
    try:
        unmark_stage(case.id, last or "", by=author(frame), at=services().clock.now())
    except (ValueError, BadInput):
        raise BadInput(N_("Only the last mark can be taken back."), "unmark") from None
    return draw_case(frame, saved=True)


@blueprint.post("/case/give-up")
@framed(admin=True, redraw=draw_case)
def give_up(frame: Frame) -> str:
    """The renewal will not happen: keep why, and stop reminding."""
    reason, at = request.form.get("reason", ""), services().clock.now()
    give_up_case(present().id, reason, by=author(frame), at=at)
    return draw_case(frame, saved=True)


@blueprint.post("/case/take-up")
@framed(admin=True)
def take_up(frame: Frame) -> str:
    """It is renewed after all."""
    take_up_case(present().id, by=author(frame), at=services().clock.now())
    return draw_case(frame, saved=True)


def present() -> CaseView:
    """The renewal of the present end of the plan; opened when nobody has begun it."""
    situation = main_situation(services().clock.now(), today())
    if situation is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    return open_case(situation.term, services().clock.now())


def read_choice(form: Mapping[str, str]) -> Choice:
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
