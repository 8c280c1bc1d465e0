"""What people answer on the tab «Renewal»: the acting panel, blockers, an activation that was noticed, dates that were hinted at."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.opened_checks import forget_opened, note_opened
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import start_run
from b24app.checklist.engine.verdict import Level
from b24app.comparison.after_activation import is_scheduled_since, schedule_after_activation
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.renewal.renewal_page import draw_renewal, find_situation, present_situation
from b24app.pages.renewal.stage_page import tell_marked
from b24app.pages.shop.repeated_checks import NOT_ANSWERED, NOT_TOLD, Repeat, asked_since, state_of_repeat
from b24app.renewal.activation import dismiss_offer, open_offer
from b24app.renewal.case import Situation
from b24app.renewal.case_changes import activate_case, open_case
from b24app.renewal.opened_steps import forget_opening, note_opening, set_partner
from b24app.renewal.renewal_stages import OPENED_BY, OPENED_FOR, Stage
from b24app.renewal.signed_links import ensure_link
from b24app.services import services
from b24app.terms.date_suggestions import accept_suggestion, dismiss_suggestion
from b24app.terms.paid_terms import confirm_paid_term
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_, sentence
from b24app.web import author, framed, toast
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.form_fields import read_date

blueprint = Blueprint("panel_page", __name__)

STILL_THERE = N_("It is still so: “%(what)s”.")
GONE = N_("Checked: it is in order now.")
NOT_SURE = N_("This could not be made sure: “%(what)s”.")
SOLVED = (Level.PASS, Level.NA)


@blueprint.post("/renewal/offer/dismiss")
@framed(admin=True)
def dismiss(frame: Frame) -> str:
    """Dismiss a noticed activation: it was not a renewal."""
    offer = open_offer()
    if offer is not None:
        dismiss_offer(offer.case.id)
    return draw_renewal(frame)


@blueprint.post("/renewal/confirm")
@framed(admin=True, right=Right.CASE)
def confirm(frame: Frame) -> str:
    """The written end of the plan is still right."""
    confirm_paid_term(present_situation().term.id, by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


@blueprint.post("/renewal/renewed")
@framed(admin=True, redraw=draw_renewal)
def renewed(frame: Frame) -> str:
    """The plan is renewed: keep the new end, start the comparison after activation and show it when it is there."""
    ends_on, at, s = read_date(request.form.get("ends_on", "")), services().clock.now(), find_situation()
    if s is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    if s.term.ends_on is not None and ends_on > s.term.ends_on:
        accept_day(ends_on, DayUse.NEXT, before=s.term.ends_on)
    forget_opening(s.term, "activation")
    case = open_case(s.term, at)
    marked = activate_case(case.id, ends_on, by=author(frame), at=at, on=today())
    begun = next(mark.at for mark in marked.marks if mark.stage is Stage.ACTIVE)
    if not is_scheduled_since(begun):
        schedule_after_activation(at)
        services().queue.later("start_due_repeats")
    tell_marked(case, marked, Stage.ACTIVE)
    return draw_renewal(frame, opened="")


@blueprint.post("/renewal/compare")
@framed(admin=True, right=(Right.TERMS, Right.RUN))
def compare(frame: Frame) -> str:
    """Run the same checks now."""
    start_run(by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


@blueprint.post("/renewal/suggestions/<int:suggestion_id>/<answer>")
@framed(admin=True, right=Right.CASE)
def answer_suggestion(frame: Frame, suggestion_id: int, answer: str) -> str:
    """Take a date that the portal hinted at, or dismiss it."""
    if answer == "accept":
        accept_suggestion(suggestion_id, by=author(frame), at=services().clock.now())
    elif answer == "dismiss":
        dismiss_suggestion(suggestion_id)
    else:
        raise NotFound
    return draw_renewal(frame)


@blueprint.post("/renewal/opened/<code>")
@framed(admin=True, right=Right.CASE)
def opened(frame: Frame, code: str) -> str:
    """The place of a step was opened: keep who and when, and ask."""
    situation, way = _step(code), request.form.get("way", "portal")
    if way not in OPENED_BY:
        raise BadInput(N_("Choose one of the offered values."), "way")
    note_opening(situation.term, code, way, by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


@blueprint.post("/renewal/not-yet/<code>")
@framed(admin=True, right=Right.CASE)
def not_yet(frame: Frame, code: str) -> str:
    """It was not done there: the acting button comes back, nothing is marked; `?open=` shows the other ways to do it."""
    forget_opening(_step(code).term, code)
    return draw_renewal(frame)


@blueprint.post("/renewal/blocker/<code>/<answer>")
@framed(admin=True, right=(Right.TERMS, Right.RUN))
def answer_blocker(frame: Frame, code: str, answer: str) -> str:
    """The page of a blocker was opened; the answers afterwards: done, so that one check is run again, or not yet."""
    checks = checklist_view()
    if checks.check(code) is None or checks.run_id is None:
        raise NotFound("check")
    if answer == "opened":
        note_opened(code, by=author(frame), at=services().clock.now())
    elif answer in ("done", "later"):
        forget_opened(code)
    else:
        raise NotFound
    if answer == "done":
        rerun(checks.run_id, code)
        return draw_renewal(frame, checking=code)
    return draw_renewal(frame)


@blueprint.get("/renewal/blocker/<code>")
@framed(admin=True, right=(Right.TERMS, Right.CHECKS))
def show_blocker(frame: Frame, code: str) -> ResponseReturnValue:
    """Wait for the answer of the one check that is run again since `?since=`, then draw the page with the result."""
    checks, since = checklist_view(), asked_since()
    row = checks.check(code)
    if row is None or checks.run_id is None or since is None:
        raise NotFound("check")
    repeat = state_of_repeat(checks.run_id, code, since)
    if repeat is Repeat.WAITING:
        return "", 204
    if repeat is Repeat.LATE:
        toast(NOT_ANSWERED, level="fail")
    elif repeat is Repeat.UNTOLD:
        toast(NOT_TOLD, level="warn")
    elif row.level in SOLVED or row.muted is not None:
        toast(GONE)
    elif row.level is Level.FAIL:
        toast(sentence(STILL_THERE, what=row.title), level="warn")
    else:
        toast(sentence(NOT_SURE, what=row.title), level="warn")
    return draw_renewal(frame)


@blueprint.post("/renewal/partner")
@framed(admin=True, redraw=draw_renewal)
def name_partner(frame: Frame) -> str:
    """Write down the address for letters to the partner, at the place where one is needed."""
    email = request.form.get("partner_email", "")
    set_partner(email, by=author(frame), at=services().clock.now(), required=True)
    return draw_renewal(frame)


@blueprint.post("/renewal/link")
@framed(admin=True)
def share(frame: Frame) -> str:
    """Make the address of the page that colleagues can open without the portal."""
    ensure_link("status", by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


def _step(code: str) -> Situation:
    """The situation that a step done elsewhere belongs to; raises NotFound for no such step."""
    if code not in OPENED_FOR:
        raise NotFound
    return present_situation()
