"""The administrator's first page: the answer, the next step, what blocks, readiness, terms, use, reminders."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.checklist_view import ChecklistView, CheckView, checklist_view
from b24app.checklist.engine.verdict import Level
from b24app.comparison.after_activation import Proof, proof, schedule_after_activation
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.overview_view import last_mark, order_letter, overview_view, scale_of, shown_gauges
from b24app.pages.renewal.reach_panel import reach_values
from b24app.reminders.kinds import load_kinds
from b24app.reminders.kinds.employee_messages import REASONS, open_reports
from b24app.reminders.portal_schedule import channels_reaching
from b24app.reminders.recipients import list_dismissed_people
from b24app.renewal.activation import dismiss_offer, open_offer
from b24app.renewal.case import Situation
from b24app.renewal.case_changes import activate_case, mark_stage, open_case, unmark_stage
from b24app.renewal.documents import KIND_TITLES, documents_of
from b24app.renewal.headline import LICENCE_PATH
from b24app.renewal.opened_steps import forget_opening, note_opening, order_place, set_partner
from b24app.renewal.renewal_stages import OPENED_BY, OPENED_FOR, ROLE_TITLES, STAGE_TITLES, Stage
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.date_suggestions import accept_suggestion, dismiss_suggestion
from b24app.terms.paid_terms import confirm_paid_term
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web import author, framed, page
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.form_fields import read_date
from b24app.web.kept_pages import kept

blueprint = Blueprint("overview", __name__)

MARKS = {
    "mark_invoice_requested": Stage.INVOICE_REQUESTED,
    "mark_invoice_received": Stage.INVOICE_RECEIVED,
    "mark_approved": Stage.APPROVED,
    "mark_paid": Stage.PAID,
    "mark_verified": Stage.VERIFIED,
}
MOST_BLOCKERS = 3


def draw_overview(frame: Frame, wrong: BadInput | None = None, *, left: Proof | None = None) -> str:
    """The whole page; htmx takes `#page` of it."""
    now, checks = services().clock.now(), checklist_view()
    view = overview_view(now, today())
    place = order_place(view.situation) if view.situation else None
    return page(
        "overview.html",
        frame,
        view=view,
        scale=scale_of(view.timeline),
        gauges=shown_gauges(view.usage),
        checks=checks,
        blockers=blockers_of(checks)[:MOST_BLOCKERS],
        roles=ROLE_TITLES,
        stages=STAGE_TITLES,
        licence_path=LICENCE_PATH,
        titles=load_kinds(),
        marks=MARKS,
        papers=documents_of(view.situation),
        paper_titles=KIND_TITLES,
        channels=channels_reaching(view.reminders),
        reports=open_reports(),
        reasons=REASONS,
        wrong=wrong,
        typed=request.form.get("partner_email", "") if wrong else "",
        new_end=request.form.get("ends_on", "") if wrong else "",
        left=left,
        place=place,
        letter=order_letter(view.situation, place, frame) if view.situation and place else "",
        last=last_mark(view, now),
        **reach_values(),
        elsewhere=True,
        dismissed=list_dismissed_people(),
    )


def blockers_of(checks: ChecklistView) -> list[CheckView]:
    """What stands in the way, the gravest first."""
    rows = {row.code: row for area in checks.areas for row in area.checks}
    return [rows[code] for code in checks.readiness.todo if rows[code].level is Level.FAIL]


@blueprint.post("/overview/offer/dismiss")
@framed(admin=True)
def dismiss(frame: Frame) -> str:
    """It was not a renewal."""
    offer = open_offer()
    if offer is not None:
        dismiss_offer(offer.case.id)
    return draw_overview(frame)


@blueprint.get("/overview")
@framed(admin=True)
@kept
def show_overview(frame: Frame) -> str:
    """Draw everything from what is stored."""
    return draw_overview(frame)


@blueprint.post("/overview/mark/<action>")
@framed(admin=True)
def mark(frame: Frame, action: str) -> ResponseReturnValue:
    """Mark a stage of the renewal as reached; verified only when nothing waits, fails or is unexplained."""
    if action not in MARKS:
        raise NotFound
    case_id = _case_id()
    if MARKS[action] is Stage.VERIFIED and not (left := proof()).is_whole:
        return draw_overview(frame, left=left), 422
    now, situation = services().clock.now(), _situation()
    mark_stage(case_id, MARKS[action], by=author(frame), at=now, on=today())
    for code, stage in OPENED_FOR.items():
        if situation is not None and stage is MARKS[action]:
            forget_opening(situation.term, code)
    return draw_overview(frame)


@blueprint.post("/overview/unmark/<stage>")
@framed(admin=True)
def unmark(frame: Frame, stage: str) -> str:
    """Take the last mark back."""
    if stage not in set(Stage):
        raise NotFound
    case_id = request.args.get("case", type=int)
    unmark_stage(case_id or _case_id(), stage, by=author(frame), at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/confirm")
@framed(admin=True)
def confirm(frame: Frame) -> str:
    """The written end of the plan is still right."""
    situation = _situation()
    if situation is None:
        raise NotFound
    confirm_paid_term(situation.term.id, by=author(frame), at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/renewed")
@framed(admin=True, redraw=draw_overview)
def renewed(frame: Frame) -> str:
    """The plan is renewed: keep the new end, start the comparison after activation."""
    ends_on, at, s = read_date(request.form.get("ends_on", "")), services().clock.now(), _situation()
    if s is not None and s.term.ends_on is not None and ends_on > s.term.ends_on:
        accept_day(ends_on, DayUse.NEXT, before=s.term.ends_on)
    activate_case(_case_id(), ends_on, by=author(frame), at=at, on=today())
    schedule_after_activation(at)
    services().queue.later("start_due_repeats")
    return draw_overview(frame)


@blueprint.post("/overview/suggestions/<int:suggestion_id>/<answer>")
@framed(admin=True)
def answer_suggestion(frame: Frame, suggestion_id: int, answer: str) -> str:
    """Take a date that the portal hinted at, or say that it is wrong."""
    if answer == "accept":
        accept_suggestion(suggestion_id, by=author(frame), at=services().clock.now())
    elif answer == "dismiss":
        dismiss_suggestion(suggestion_id)
    else:
        raise NotFound
    return draw_overview(frame)


@blueprint.post("/overview/opened/<code>")
@framed(admin=True)
def opened(frame: Frame, code: str) -> str:
    """The place of a step was opened: keep who and when, and ask."""
    situation, way = _step(code), request.form.get("way", "portal")
    if way not in OPENED_BY:
        raise BadInput(N_("Choose one of the offered values."), "way")
    note_opening(situation.term, code, way, by=author(frame), at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/not-yet/<code>")
@framed(admin=True)
def not_yet(frame: Frame, code: str) -> str:
    """It was not done there: the acting button comes back, nothing is marked."""
    forget_opening(_step(code).term, code)
    return draw_overview(frame)


@blueprint.post("/overview/partner")
@framed(admin=True, redraw=draw_overview)
def name_partner(frame: Frame) -> str:
    """Write down where letters to the partner go, at the place where one is needed."""
    email = request.form.get("partner_email", "")
    set_partner(email, by=author(frame), at=services().clock.now(), required=True)
    return draw_overview(frame)


def _step(code: str) -> Situation:
    """The situation that a step done elsewhere belongs to; raises NotFound for no such step."""
    found = _situation()
    if code not in OPENED_FOR or found is None:
        raise NotFound
    return found


def _situation() -> Situation | None:
    return main_situation(services().clock.now(), today())


def _case_id() -> int:
    situation = _situation()
    if situation is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    return open_case(situation.term, services().clock.now()).id
