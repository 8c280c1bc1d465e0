"""Single rows and areas of the checks: unfold, open in the portal, check again, set aside, give to a person; a reply replaces just them."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import AreaView, ChecklistView, checklist_view
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX, mute, name_owner, named_owners
from b24app.checklist.engine.opened_checks import forget_opened, note_opened
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import get_run
from b24app.checklist.engine.verdict import Level
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.inbox import OWN_PARTS, draw_parts, draw_row, find, people_to_give
from b24app.pages.shop.put_back import mute_of, muted_before, owned_before, put_mute_back, put_owner_back
from b24app.pages.shop.repeated_checks import (
    NOT_ANSWERED,
    NOT_TOLD,
    Repeat,
    asked_since,
    stamp_of_now,
    state_of_repeat,
)
from b24app.reminders.check_tasks import give_task, take_back_task, tasks_of_checks
from b24app.services import services
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_, sentence
from b24app.web import framed, toast
from b24app.web.access import author
from b24app.web.doubted_days import accept_day
from b24app.web.form_fields import read_date, read_id

blueprint = Blueprint("check_rows", __name__)

OTHER_DAY = "other"
SET_ASIDE = ("", "head", "blockers", "deck", "folds", "sum")


def find_area(view: ChecklistView, area: str) -> AreaView:
    """One section by its code; raises NotFound."""
    found = next((known for known in view.areas if known.area == area), None)
    if found is None:
        raise NotFound("area")
    return found


def draw_target(frame: Frame, target: str, **more: object) -> str:
    """The row of a check, or the section of `area:<name>`, as it is now."""
    view = checklist_view()
    if not target.startswith(AREA_PREFIX):
        return draw_row(frame, view, find(view, target), **more)
    area = find_area(view, target.removeprefix(AREA_PREFIX))
    return draw_parts(frame, view, "folds", "head", "blockers", "sum", opened_area=area.area, **more)


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The row or section with its form open and what is wrong with it."""
    target = (request.view_args or {})["target"]
    return draw_target(frame, target, opened=target, form=request.form, wrong=wrong, wrong_target=target)


@blueprint.get("/shop/check/<code>")
@framed(admin=True, right=Right.CHECKS)
def show_check(frame: Frame, code: str) -> ResponseReturnValue:
    """One row unfolded, or folded again with `?fold`; `?since=` waits for a result of that moment or later."""
    run_id = read_id(request.args, "run")
    view = checklist_view(get_run(run_id) if run_id else None)
    row, since = find(view, code), asked_since()
    state = state_of_repeat(view.run_id, code, since) if since is not None else None
    if state is Repeat.WAITING:
        return "", 204
    _say_unanswered(state)
    asked = state is Repeat.JUDGED and "fixed" in request.args
    fixed = {code: services().clock.now()} if asked and row.level is not Level.FAIL else {}
    folded = "fold" in request.args or (since is not None and row.level is not Level.FAIL)
    return draw_row(
        frame, view, row, opened="" if folded else code, frozen=bool(run_id), fixed=fixed, still=asked
    )


@blueprint.post("/shop/check/<code>/opened")
@framed(admin=True, right=(Right.CHECKS, Right.CASE))
def note_page_opened(frame: Frame, code: str) -> str:
    """The portal's page of a check was opened: keep who and when, and ask."""
    view = checklist_view()
    row = find(view, code)
    note_opened(code, by=author(frame), at=services().clock.now())
    return draw_row(frame, view, row, opened=code)


@blueprint.post("/shop/check/<code>/not-yet")
@framed(admin=True, right=(Right.CHECKS, Right.CASE))
def not_yet(frame: Frame, code: str) -> str:
    """It was not put right there: show the acting button again."""
    view = checklist_view()
    row = find(view, code)
    forget_opened(code)
    return draw_row(frame, view, row, opened=code)


@blueprint.post("/shop/check/<code>/again")
@framed(admin=True, right=Right.RUN)
def check_again(frame: Frame, code: str) -> str:
    """Queue one check to be done again; the row polls for its result. «Yes, it is put right» is a question to the portal."""
    view = checklist_view()
    row, by_itself = find(view, code), "by_itself" in request.form
    if view.run_id is None or row.question is not None:
        raise NotFound("check")
    if not by_itself:
        forget_opened(code)
    poll_url = f"/shop/check/{code}?since={stamp_of_now()}{'' if by_itself else '&fixed'}"
    rerun(view.run_id, code)
    return draw_row(frame, view, row, opened=code, poll_url=poll_url)


@blueprint.post("/shop/check/<code>/restore")
@framed(admin=True)
def restore_parts(frame: Frame, code: str) -> str:
    """Bind our own events and widgets anew; the row polls for the result."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or code not in OWN_PARTS:
        raise NotFound("check")
    poll_url = f"/shop/check/{code}?since={stamp_of_now()}&fixed"
    services().queue.later("restore_own", frame.portal_id, view.run_id, code)
    return draw_row(frame, view, row, opened=code, poll_url=poll_url)


@blueprint.get("/shop/area/<area>")
@framed(admin=True, right=Right.CHECKS)
def show_area(frame: Frame, area: str) -> ResponseReturnValue:
    """One section; `?since=` waits until all its checks have been judged again."""
    view, since = checklist_view(), asked_since()
    find_area(view, area)
    state = state_of_repeat(view.run_id, f"{AREA_PREFIX}{area}", since) if since is not None else None
    if state is Repeat.WAITING:
        return "", 204
    _say_unanswered(state)
    return draw_target(frame, f"{AREA_PREFIX}{area}")


@blueprint.post("/shop/area/<area>/again")
@framed(admin=True, right=Right.RUN)
def area_again(frame: Frame, area: str) -> str:
    """Queue all checks of an area to be done again; the section polls for its result."""
    view = checklist_view()
    found = find_area(view, area)
    if view.run_id is None:
        raise NotFound("area")
    poll_url = f"/shop/area/{area}?since={stamp_of_now()}"
    rerun(view.run_id, f"{AREA_PREFIX}{found.area}")
    return draw_target(frame, f"{AREA_PREFIX}{area}", poll_url=poll_url)


@blueprint.post("/shop/mute/<target>")
@framed(admin=True, redraw=redraw_form)
def mute_target(frame: Frame, target: str) -> str:
    """Set a check or an area aside with a reason until a day; the note in the corner takes it back."""
    typed = request.form.get("until", "")
    until = read_date(request.form.get("until_day", "") if typed == OTHER_DAY else typed, "until")
    undo = f"/shop/unmute/{target}{muted_before(mute_of(target))}"
    mute(target, request.form.get("reason", ""), until, by=author(frame), at=services().clock.now())
    toast(sentence(N_("Set aside until %(day)s"), day=until), undo=undo, redraws="")
    parts = ("folds", "head", "blockers", "deck", "sum") if target.startswith(AREA_PREFIX) else SET_ASIDE
    return draw_parts(frame, checklist_view(), *parts, opened_place=CountedPlace.MUTED)


@blueprint.post("/shop/unmute/<target>")
@framed(admin=True)
def unmute_target(frame: Frame, target: str) -> str:
    """Let a check or an area count again, or as it was set aside before; everything comes out of band."""
    put_mute_back(target, request.args.get("before", ""))
    view = checklist_view()
    if not target.startswith(AREA_PREFIX):
        find(view, target)
    return draw_parts(frame, view, *SET_ASIDE)


@blueprint.post("/shop/owner/<target>")
@framed(admin=True, right=(Right.CHECKS, Right.CASE))
def choose_owner(frame: Frame, target: str) -> str:
    """Write down who is responsible for a check or an area; an empty name takes it back."""
    person, name = read_id(request.form, "owner_id"), request.form.get("owner_name", "")
    services().queue.later("ask_people", frame.portal_id)
    name_owner(target, name, person, by=author(frame), at=services().clock.now())
    return draw_target(frame, target, opened=target)


@blueprint.post("/shop/give/<target>")
@framed(admin=True, redraw=redraw_form, right=(Right.CHECKS, Right.CASE))
def give(frame: Frame, target: str) -> str:
    """Give a check to a person: a task of the portal until a day."""
    view = checklist_view()
    find(view, target)
    due_on = read_date(request.form.get("due_on", ""), "due_on")
    accept_day(due_on, DayUse.OTHER, "due_on")
    person = _chosen_person()
    before = "" if target in tasks_of_checks() else owned_before(named_owners().get(target))
    give_task(target, person, due_on, by=author(frame), at=services().clock.now())
    toast(
        sentence(N_("Given to %(name)s"), name=person[1]),
        undo=f"/shop/take-back/{target}{before}",
        redraws="",
    )
    return draw_target(frame, target, opened=target)


@blueprint.post("/shop/take-back/<target>")
@framed(admin=True, right=(Right.CHECKS, Right.CASE))
def take_back(frame: Frame, target: str) -> str:
    """Take a check back from whom it was given to, with its task."""
    view = checklist_view()
    find(view, target)
    if not take_back_task(target, by=author(frame), at=services().clock.now()):
        raise NotFound("task")
    put_owner_back(target, request.args.get("before", ""), by=author(frame), at=services().clock.now())
    return draw_parts(frame, checklist_view(), "", "blockers", "folds")


def _chosen_person() -> tuple[int | None, str]:
    """One of those who were offered, or whoever was chosen among the employees."""
    other, chosen = read_id(request.form, "other_id"), read_id(request.form, "owner_id")
    if other is not None:
        return other, request.form.get("other_name", "")
    return next(
        ((user_id, name) for user_id, name, _role in people_to_give() if user_id == chosen), (None, "")
    )


def _say_unanswered(state: Repeat | None) -> None:
    """Show that the portal has not answered, or not about this."""
    if state is Repeat.LATE:
        toast(NOT_ANSWERED, level="fail")
    elif state is Repeat.UNTOLD:
        toast(NOT_TOLD, level="warn")
