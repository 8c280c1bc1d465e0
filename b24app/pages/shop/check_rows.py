"""Single rows and areas of the checks: unfold, check again, mute, name who is responsible; a reply replaces just them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.checklist_view import AreaView, ChecklistView, CheckView, checklist_view
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX, mute, name_owner, unmute
from b24app.checklist.engine.run_jobs import is_judged_since, rerun
from b24app.checklist.engine.runs import get_run
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.access import author
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_id, read_stamp
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("check_rows", __name__)

USUAL_SILENCE = timedelta(days=14)
PATIENCE_SECONDS = 90
OWN_PARTS = ("own_events_bound", "own_widgets_bound", "own_events_arrive")
"""Checks of our own events and widgets: one press binds them anew."""


@dataclass(frozen=True, slots=True)
class Toast:
    """A note in the corner beside a reply; `undo_url` takes back what was done."""

    text: str
    level: str = "pass"
    undo_url: str = ""


NOT_ANSWERED = Toast(N_("The portal has not answered yet. The old result stays."), "fail")


def find(view: ChecklistView, code: str) -> CheckView:
    """One row by its code; raises NotFound."""
    row = view.check(code)
    if row is None:
        raise NotFound("check")
    return row


def find_area(view: ChecklistView, area: str) -> AreaView:
    """One section by its code; raises NotFound."""
    found = next((known for known in view.areas if known.area == area), None)
    if found is None:
        raise NotFound("area")
    return found


def row_values(view: ChecklistView, **more: object) -> dict[str, object]:
    """What every template with rows needs; rows of a `frozen` run, past or under way, are only read."""
    return {
        "view": view,
        "frozen": False,
        "area_prefix": AREA_PREFIX,
        "restored": OWN_PARTS,
        "silent_until": today() + USUAL_SILENCE,
        "form": {},
        "wrong": None,
        **more,
    }


def draw_row(frame: Frame, view: ChecklistView, row: CheckView, **more: object) -> str:
    """One row, `opened` or folded, and, out of band, the numbers that it moves."""
    values = frame_values(frame) | row_values(view, **more)
    area = find_area(view, row.area)
    return render_template("checklist/row_alone.html", **values, row=row, area=area)


def draw_section(frame: Frame, view: ChecklistView, area: AreaView, **more: object) -> str:
    """One section and, out of band, the numbers that it moves."""
    values = frame_values(frame) | row_values(view, **more)
    return render_template("checklist/area_alone.html", **values, area=area)


def draw_target(frame: Frame, target: str, **more: object) -> str:
    """The row of a check, or the section of `area:<name>`, as it is now."""
    view = checklist_view()
    if target.startswith(AREA_PREFIX):
        return draw_section(frame, view, find_area(view, target.removeprefix(AREA_PREFIX)), **more)
    return draw_row(frame, view, find(view, target), **more)


def redraw_mute(frame: Frame, wrong: BadInput) -> str:
    """The row or section with the form of silencing open and what is wrong with it."""
    target = (request.view_args or {})["target"]
    return draw_target(frame, target, opened=True, form=request.form, wrong=wrong, wrong_target=target)


@blueprint.get("/checklist/check/<code>")
@framed(admin=True)
def show_check(frame: Frame, code: str) -> ResponseReturnValue:
    """One row unfolded, or folded again with `?fold`; `?since=` waits for a result of that moment or later."""
    run_id = read_id(request.args, "run")
    view = checklist_view(get_run(run_id) if run_id else None)
    row, late = find(view, code), _is_unjudged(view, code)
    if late and _may_wait():
        return "", 204
    toast = NOT_ANSWERED if late else None
    return draw_row(frame, view, row, opened="fold" not in request.args, frozen=bool(run_id), toast=toast)


@blueprint.post("/checklist/check/<code>/again")
@framed(admin=True)
def check_again(frame: Frame, code: str) -> str:
    """Queue one check to be done again; the row asks for its result by itself."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or row.question is not None:
        raise NotFound("check")
    poll_url = f"/checklist/check/{code}?since={_stamp()}"
    rerun(view.run_id, code)
    return draw_row(frame, view, row, opened=True, poll_url=poll_url)


@blueprint.post("/checklist/check/<code>/restore")
@framed(admin=True)
def restore_parts(frame: Frame, code: str) -> str:
    """Bind our own events and widgets anew; the row asks by itself what came of it."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or code not in OWN_PARTS:
        raise NotFound("check")
    poll_url = f"/checklist/check/{code}?since={_stamp()}"
    services().queue.later("restore_own", frame.portal_id, view.run_id, code)
    return draw_row(frame, view, row, opened=True, poll_url=poll_url)


@blueprint.get("/checklist/area/<area>")
@framed(admin=True)
def show_area(frame: Frame, area: str) -> ResponseReturnValue:
    """One section; `?since=` waits until all its checks have been judged again."""
    view = checklist_view()
    found, late = find_area(view, area), _is_unjudged(view, f"{AREA_PREFIX}{area}")
    if late and _may_wait():
        return "", 204
    return draw_section(frame, view, found, toast=NOT_ANSWERED if late else None)


@blueprint.post("/checklist/area/<area>/again")
@framed(admin=True)
def area_again(frame: Frame, area: str) -> str:
    """Queue all checks of an area to be done again; the section asks for its result by itself."""
    view = checklist_view()
    found = find_area(view, area)
    if view.run_id is None:
        raise NotFound("area")
    poll_url = f"/checklist/area/{area}?since={_stamp()}"
    rerun(view.run_id, f"{AREA_PREFIX}{found.area}")
    return draw_section(frame, view, found, poll_url=poll_url)


@blueprint.post("/checklist/mute/<target>")
@framed(admin=True, redraw=redraw_mute)
def mute_target(frame: Frame, target: str) -> str:
    """Mute a check or an area with a reason and an end; a toast can take it back."""
    until = read_date(request.form.get("until", ""), "until")
    reason = request.form.get("reason", "")
    mute(target, reason, until, by=author(frame), at=services().clock.now())
    return draw_target(frame, target, toast=Toast(N_("Silenced"), undo_url=f"/checklist/unmute/{target}"))


@blueprint.post("/checklist/unmute/<target>")
@framed(admin=True)
def unmute_target(frame: Frame, target: str) -> str:
    """End the mute of a check or an area; its section comes out of band."""
    unmute(target)
    view = checklist_view()
    area = target.removeprefix(AREA_PREFIX) if target.startswith(AREA_PREFIX) else find(view, target).area
    return draw_section(frame, view, find_area(view, area), oob=True)


@blueprint.post("/checklist/owner/<target>")
@framed(admin=True)
def choose_owner(frame: Frame, target: str) -> str:
    """Write down who is responsible for a check or an area; an empty name takes it back."""
    person, name = read_id(request.form, "owner_id"), request.form.get("owner_name", "")
    services().queue.later("ask_people", frame.portal_id)
    name_owner(target, name, person, by=author(frame), at=services().clock.now())
    return draw_target(frame, target, opened=True)


def _stamp() -> int:
    return int(services().clock.now().timestamp() * 1000)


def _since() -> datetime | None:
    return read_stamp(request.args, "since", per_second=1000)


def _is_unjudged(view: ChecklistView, target: str) -> bool:
    since = _since()
    return since is not None and view.run_id is not None and not is_judged_since(view.run_id, target, since)


def _may_wait() -> bool:
    since = _since()
    return since is not None and (services().clock.now() - since).total_seconds() <= PATIENCE_SECONDS
