"""The administrator's first page: the answer, the next step, what blocks, readiness, terms, use, reminders."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.engine.board import ChecklistView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.engine.verdict import Level
from b24app.comparison.renewal_verification import Proof, proof
from b24app.comparison.repeat_schedule import schedule_after_activation
from b24app.database import portal_scope
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.next_step_panel import last_mark, place_of_order
from b24app.pages.renewal.overview_drawing import (
    draw_gauges,
    draw_plot,
    draw_readiness,
    draw_steps,
    fit_badge,
    month_bars,
    orders_label,
)
from b24app.pages.renewal.overview_view import overview_view
from b24app.pages.renewal.reach_panel import reach_values
from b24app.portals.availability import Availability, get_availability
from b24app.reminders.kinds import load_kinds
from b24app.reminders.kinds.employee_messages import REASONS, open_reports
from b24app.reminders.recipients import list_dismissed_people
from b24app.reminders.schedule import channels_reaching
from b24app.renewal.activation import dismiss_offer, open_offer
from b24app.renewal.case import Situation
from b24app.renewal.case_stages import activate_case, mark_stage, open_case, unmark_stage
from b24app.renewal.documents import KIND_TITLES, shelf_of
from b24app.renewal.headline import LICENCE_PATH
from b24app.renewal.renewal_stages import OPENED_FOR, ROLE_TITLES, Stage
from b24app.renewal.renewal_state import main_situation
from b24app.renewal.step_openings import forget_opening
from b24app.services import services
from b24app.terms.date_suggestions import accept_suggestion, dismiss_suggestion
from b24app.terms.paid_terms import confirm_paid_term
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import framed, page, page_values
from b24app.web.form_fields import read_date
from b24app.web.formats import moment, today

blueprint = Blueprint("overview", __name__)

MARKS = {
    "mark_invoice_requested": Stage.INVOICE_REQUESTED,
    "mark_invoice_received": Stage.INVOICE_RECEIVED,
    "mark_approved": Stage.APPROVED,
    "mark_paid": Stage.PAID,
    "mark_verified": Stage.VERIFIED,
}
MOST_BLOCKERS = 3
OLD_DATA = timedelta(days=1)


@page_values
def tell_every_page(frame: Frame, shown: Mapping[str, Any]) -> dict[str, object]:
    """What the administrator sees on every page: blockers on the tab, freshness of data, a noticed activation."""
    if not frame.is_admin:
        return {}
    with portal_scope(frame.portal_id):
        run, offer, availability = latest_run(finished=True), open_offer(), get_availability()
        checks = shown.get("checks") or (checklist_view(run) if run else None)
        blockers = checks.readiness.blockers if run and checks else 0
    moment_of = run.finished_at if run else None
    old = moment_of is not None and services().clock.now() - moment_of > OLD_DATA
    return {
        "counters": {"checklist": blockers},
        "freshness": gettext("Data of %(moment)s", moment=moment(moment_of)) if moment_of else "",
        "stale": _warn_of(availability, moment_of if old else None),
        "offer": offer,
    }


def _warn_of(availability: Availability, old: datetime | None) -> str:
    """Why what is shown may no longer be so: the portal refuses applications, or was not asked for long."""
    if availability.refused_since is not None:
        text = N_("The portal has refused applications since %(moment)s: here is the last that is known.")
        return gettext(text, moment=moment(availability.refused_since))
    if old is not None:
        text = N_("The data is of %(moment)s: the portal has not been asked since.")
        return gettext(text, moment=moment(old))
    return ""


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
    mark_stage(case_id, MARKS[action], by=_author(frame), at=now, on=today())
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
    unmark_stage(case_id or _case_id(), stage, by=_author(frame), at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/confirm")
@framed(admin=True)
def confirm(frame: Frame) -> str:
    """The written end of the plan is still right."""
    situation = _situation()
    if situation is None:
        raise NotFound
    confirm_paid_term(situation.term.id, by=_author(frame), at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/renewed")
@framed(admin=True)
def renewed(frame: Frame) -> ResponseReturnValue:
    """The plan is renewed: keep the new end, start the comparison after activation."""
    try:
        ends_on = read_date(request.form.get("ends_on", ""))
        activate_case(_case_id(), ends_on, by=_author(frame), at=services().clock.now(), on=today())
    except BadInput as wrong:
        return draw_overview(frame, wrong=wrong), 422
    schedule_after_activation(services().clock.now())
    services().queue.later("start_due_repeats")
    return draw_overview(frame)


@blueprint.post("/overview/suggestions/<int:suggestion_id>/<answer>")
@framed(admin=True)
def answer_suggestion(frame: Frame, suggestion_id: int, answer: str) -> str:
    """Take a date that the portal hinted at, or say that it is wrong."""
    if answer == "accept":
        accept_suggestion(suggestion_id, by=_author(frame), at=services().clock.now())
    elif answer == "dismiss":
        dismiss_suggestion(suggestion_id)
    else:
        raise NotFound
    return draw_overview(frame)


def _situation() -> Situation | None:
    return main_situation(services().clock.now(), today())


def _author(frame: Frame) -> Author:
    return Author(frame.user_id, frame.user_name)


def _case_id() -> int:
    situation = _situation()
    if situation is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    return open_case(situation.term, services().clock.now()).id


def draw_overview(
    frame: Frame, wrong: BadInput | None = None, left: Proof | None = None, typed: str = ""
) -> str:
    """The whole page; htmx takes `#page` of it."""
    now, checks = services().clock.now(), checklist_view()
    view = overview_view(now, today())
    return page(
        "overview.html",
        frame,
        view=view,
        steps=draw_steps(view.steps),
        plot=draw_plot(view.timeline),
        gauges=draw_gauges(view.usage),
        fit=fit_badge(view.usage),
        bars=month_bars(view.usage),
        bars_label=orders_label(view.usage),
        checks=checks,
        blockers=blockers_of(checks)[:MOST_BLOCKERS],
        questions=checks.readiness.counts.get(Level.ASK, 0),
        parts=draw_readiness(checks.readiness),
        roles=ROLE_TITLES,
        licence_path=LICENCE_PATH,
        titles=load_kinds(),
        marks=MARKS,
        papers=shelf_of(view.situation),
        paper_titles=KIND_TITLES,
        ways=channels_reaching(view.reminders),
        names=view.timeline.names,
        reports=open_reports(),
        reasons=REASONS,
        wrong=wrong,
        typed=typed,
        left=left,
        place=place_of_order(view, frame),
        last=last_mark(view, now),
        **reach_values(),
        elsewhere=True,
        dismissed=list_dismissed_people(),
    )


def blockers_of(checks: ChecklistView) -> list[object]:
    """What stands in the way, the gravest first."""
    rows = {row.code: row for area in checks.areas for row in area.checks}
    return [rows[code] for code in checks.readiness.todo if rows[code].level is Level.FAIL]
