"""What people write into the stages of a renewal: marks, ways to pay, people, days, notes, papers, tasks; giving up and taking up."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.comparison.after_activation import forget_activation, proof
from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.input_limits import check_text
from b24app.integrators.client_frame import demand_own_side
from b24app.integrators.rights import Right
from b24app.pages.renewal.ready_texts import task_text
from b24app.pages.renewal.renewal_page import draw_renewal, find_situation, present_situation
from b24app.pages.renewal.stage_forms import read_day, read_order
from b24app.pages.renewal.stage_view import BY_CARD, BY_PARTNER, BY_TRANSFER, PAPERS, ROLES, stages_of
from b24app.portals.model import Portal
from b24app.reminders.dispatch import open_dispatcher
from b24app.reminders.step_tasks import StepTask, ask_colleague
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import (
    change_case,
    get_case,
    give_up_case,
    mark_stage,
    open_case,
    take_up_case,
)
from b24app.renewal.documents import forget_paper, keep_paper
from b24app.renewal.how_to_pay import is_way_known
from b24app.renewal.marks_taken_back import give_up_again, unmark_stage
from b24app.renewal.opened_steps import forget_opening
from b24app.renewal.page_phase import phase_of
from b24app.renewal.renewal_stages import OPENED_FOR, STAGE_TITLES, Stage
from b24app.renewal.situation_reading import list_named, set_role
from b24app.renewal.step_details import note_asked, set_day, set_note
from b24app.services import services
from b24app.terms.profile import change_profile, get_profile
from b24app.text.messages import N_, sentence
from b24app.web import author, framed, toast
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_file, read_id

blueprint = Blueprint("stage_page", __name__)

MARKS = {
    "mark_invoice_requested": Stage.INVOICE_REQUESTED,
    "mark_invoice_received": Stage.INVOICE_RECEIVED,
    "mark_approved": Stage.APPROVED,
    "mark_paid": Stage.PAID,
    "mark_verified": Stage.VERIFIED,
}
LONGEST_NOTE, SHORTEST_REASON, LONGEST_NAME = 500, 3, 255
CHOOSE = N_("Choose one of the offered values.")


def redraw(frame: Frame, wrong: BadInput) -> str:
    """The page with the stage of the form open and what is wrong in it."""
    return draw_renewal(
        frame, wrong, opened=str((request.view_args or {}).get("code", "")) or request.args.get("open")
    )


@blueprint.post("/renewal/mark")
@blueprint.post("/renewal/mark/<action>")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def mark(frame: Frame, action: str = "") -> ResponseReturnValue:
    """Mark a stage as reached, today or on the day that was typed; verified only when nothing is left, or with a reason."""
    action = action or f"mark_{request.form.get('stage', '')}"
    if action not in MARKS:
        raise NotFound
    case, stage = present_case(), MARKS[action]
    if stage is Stage.VERIFIED:
        demand_own_side(frame)
    on, note = read_day(request.form), request.form.get("note", "").strip()
    check_text(note, "note", LONGEST_NOTE)
    if stage is Stage.PAID and (way := request.form.get("way", "")):
        keep_way(frame, case.id, "payment", way)
    elif stage is Stage.PAID and "on" not in request.form and not is_way_known(present_situation()):
        return draw_renewal(frame, asks_way=True)
    if stage is Stage.VERIFIED and len(note) < SHORTEST_REASON and not proof().is_whole:
        raise BadInput(
            N_("Something is still to be checked. To close it all the same, say why."),
            "note" if "on" in request.form else "mark",
        )
    marked = mark_stage(case.id, stage, by=author(frame), at=services().clock.now(), on=on, note=note)
    for code, opened in OPENED_FOR.items():
        if opened is stage:
            forget_opening(present_situation().term, code)
    tell_marked(case, marked, stage)
    return draw_renewal(frame)


def tell_marked(before: CaseView, marked: CaseView, stage: Stage) -> None:
    """Show what was marked and how to take it back; a press that changed nothing offers no undoing of another's mark."""
    title = sentence(STAGE_TITLES[stage])
    if marked.marks == before.marks:
        toast(sentence(N_("It was marked before: %(stage)s"), stage=title))
        return
    undo = f"/renewal/unmark/{stage}?case={before.id}{'&given_up=yes' if before.given_up else ''}"
    if (before.route, before.method) != (marked.route, marked.method):
        undo += f"&way={BY_PARTNER if before.route == BY_PARTNER else before.method}"
    toast(sentence(N_("Marked: %(stage)s"), stage=title), undo=undo)


@blueprint.post("/renewal/unmark")
@blueprint.post("/renewal/unmark/<stage>")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def unmark(frame: Frame, stage: str = "") -> str:
    """Take the last mark back; if that mark had taken up a given-up renewal, it is given up again."""
    last = present_case().stage if not stage else None
    stage = stage or str(Stage.PAID if last is Stage.ACTIVATION_AWAITED else last)
    if stage not in set(Stage):
        raise NotFound
    if stage in (Stage.ACTIVE, Stage.VERIFIED):
        demand_own_side(frame)
    case_id = read_id(request.args, "case") or present_case().id
    marks, at = get_case(case_id).marks, services().clock.now()
    unmark_stage(case_id, stage, by=author(frame), at=at)
    if stage == Stage.ACTIVE:
        forget_activation(next(mark.at for mark in marks if mark.stage is Stage.ACTIVE))
    if way := request.args.get("way", ""):
        keep_way(frame, case_id, "payment", way)
    if "given_up" in request.args:
        give_up_again(case_id, at=at)
    return draw_renewal(frame)


@blueprint.post("/renewal/stage/<code>/way/<way>")
@framed(admin=True, right=Right.CASE)
def choose_way(frame: Frame, code: str, way: str) -> str:
    """Choose where to order or how to pay; the days to act by are counted from it."""
    keep_way(frame, present_case().id, code, way)
    return draw_renewal(frame, opened=code, way=way if code == "payment" else "")


def keep_way(frame: Frame, case_id: int, code: str, way: str) -> None:
    """Keep where it is ordered or how it is paid; all days are counted from it."""
    route, method = read_way(code, way)
    change_case(case_id, route=route, method=method)
    change_profile(by=author(frame), at=services().clock.now(), route=route, method=method)


@blueprint.post("/renewal/stage/<code>/who")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def choose_person(frame: Frame, code: str) -> str:
    """Name who does a stage, as the portal's own list gave it."""
    if code not in ROLES:
        raise NotFound
    user_id, name = read_id(request.form, "user_id"), request.form.get("user_name", "").strip()
    check_text(name, "user_name", LONGEST_NAME)
    if not user_id or not name:
        raise BadInput(N_("Choose a person from the portal, or type a name."), "user_name")
    known = list_named().get(ROLES[code])
    email = known.email if known is not None and known.user_id == user_id else ""
    set_role(ROLES[code], user_id=user_id, name=name, email=email)
    services().queue.later("ask_people", frame.portal_id)
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/day")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def choose_day(frame: Frame, code: str) -> str:
    """Set a day of one's own for a stage, not later than the counted one; an empty one takes it back."""
    s, typed = present_situation(), request.form.get("due_on", "").strip()
    day = read_date(typed, "due_on") if typed else None
    if day is not None and day < today():
        raise BadInput(N_("This day has passed."), "due_on")
    counted = next((one.counted for one in stages_of(s, phase_of(s)) if one.code == code), None)
    set_day(s.term, code, day, latest=counted, by=author(frame), at=services().clock.now())
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/note")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def keep_note(frame: Frame, code: str) -> str:
    """Keep a note beside a stage."""
    note, s = check_text(request.form.get("note", ""), "note"), present_situation()
    set_note(s.term, code, note, by=author(frame), at=services().clock.now())
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/paper")
@framed(admin=True, redraw=redraw, right=(Right.CASE, Right.PAPERS))
def attach(frame: Frame, code: str) -> str:
    """Keep the paper of a stage."""
    if code not in PAPERS:
        raise NotFound
    name, content = read_file("file")
    at = services().clock.now()
    kept = keep_paper(PAPERS[code], name, content, case_id=present_case().id, by=author(frame), at=at)
    toast(sentence(N_("Attached: %(name)s"), name=kept.name))
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/paper/<int:paper_id>/delete")
@framed(admin=True)
def detach(frame: Frame, code: str, paper_id: int) -> str:
    """Erase a paper of a stage."""
    forget_paper(paper_id)
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/task")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def assign(frame: Frame, code: str) -> str:
    """Put a task with the ready text, its day and the paper to the person of the stage; it leaves through the queue."""
    s = present_situation()
    stage = next((one for one in stages_of(s, phase_of(s)) if one.code == code and one.role), None)
    if stage is None:
        raise NotFound
    who = stage.named
    if who is None or who.user_id is None:
        raise BadInput(N_("Choose a person of the portal for this stage first."), "task")
    text = check_text(request.form.get("text", "").strip() or task_text(s, code, frame.domain), "text")
    dispatcher = open_dispatcher(db.session.get_one(Portal, frame.portal_id))
    paper = stage.papers[0].id if stage.papers else 0
    if not ask_colleague(dispatcher, StepTask(code, text, stage.step.by, paper), who.user_id, who.name):
        toast(sentence(N_("%(name)s has this task from today already"), name=who.name))
        return draw_renewal(frame, opened=code)
    note_asked(s.term, code, who.name, by=author(frame), at=dispatcher.now)
    services().queue.later("send_waiting", frame.portal_id)
    toast(sentence(N_("The task goes to %(name)s"), name=who.name))
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/stage/<code>/order")
@framed(admin=True, redraw=redraw, right=(Right.CASE, Right.PAPERS))
def keep_order(frame: Frame, code: str) -> str:
    """Keep plan, period, number and sum of the invoice; a page of the last release sends the method of payment with them."""
    case, form = present_case(), request.form
    change_case(case.id, **read_order(form))
    if "route" in form or "method" in form:
        change_case(case.id, route=form.get("route", case.route), method=form.get("method", case.method))
    return draw_renewal(frame, opened=code)


@blueprint.post("/renewal/give-up")
@framed(admin=True, redraw=redraw)
def give_up(frame: Frame) -> str:
    """The renewal will not happen: keep why, and stop reminding."""
    reason, at = request.form.get("reason", ""), services().clock.now()
    give_up_case(present_case().id, reason, by=author(frame), at=at)
    toast(N_("Given up"), undo="/renewal/take-up")
    return draw_renewal(frame)


@blueprint.post("/renewal/take-up")
@framed(admin=True)
def take_up(frame: Frame) -> str:
    """Take a given-up renewal up again."""
    take_up_case(present_case().id, by=author(frame), at=services().clock.now())
    return draw_renewal(frame)


def present_case() -> CaseView:
    """The renewal of the present end of the plan; opened when nobody has begun it."""
    situation = find_situation()
    if situation is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    return open_case(situation.term, services().clock.now())


def read_way(code: str, way: str) -> tuple[str, str]:
    """The route and the method that a segment selects."""
    profile = get_profile()
    if code == "invoice":
        return way, profile.method
    if code != "payment" or way not in (BY_CARD, BY_TRANSFER, BY_PARTNER):
        raise BadInput(CHOOSE, "way")
    if way == BY_PARTNER:
        return BY_PARTNER, BY_TRANSFER
    return ("portal" if profile.route == BY_PARTNER else profile.route), way
