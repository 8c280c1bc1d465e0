"""Single rows and areas: unfold, check again, silence; a reply replaces just them, numbers come out of band."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.checklist.engine.board import AreaView, ChecklistView, CheckView, checklist_view
from b24app.checklist.engine.mutes import AREA_PREFIX, mute, unmute
from b24app.checklist.engine.rerun import is_judged_since, rerun_area, rerun_check
from b24app.checklist.engine.runs import get_run
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.shop.checks_drawing import draw_area, draw_check
from b24app.pages.shop.values import RESTORED, board_values
from b24app.services import services
from b24app.web import framed
from b24app.web.form_fields import read_date, read_id, read_stamp
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("rows", __name__)

PATIENCE_SECONDS = 90


@blueprint.get("/checklist/check/<code>")
@framed(admin=True)
def show_check(frame: Frame, code: str) -> ResponseReturnValue:
    """One row unfolded, or folded again with `?fold`; `?since=` waits for a result of that moment or later."""
    run_id = read_id(request.args, "run")
    view = checklist_view(get_run(run_id) if run_id else None)
    row = find(view, code)
    if _still_waits(view, code):
        return "", 204
    return draw_row(
        frame, view, row, opened="fold" not in request.args, frozen=bool(run_id), said=_given_up(view, code)
    )


@blueprint.post("/checklist/check/<code>/again")
@framed(admin=True)
def check_again(frame: Frame, code: str) -> str:
    """Queue one check to be done again; the row asks for its result by itself."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or row.question is not None:
        raise NotFound("check")
    poll_url = f"/checklist/check/{code}?since={_stamp()}"
    rerun_check(view.run_id, code)
    return draw_row(frame, view, row, opened=True, poll_url=poll_url)


@blueprint.post("/checklist/check/<code>/restore")
@framed(admin=True)
def restore_parts(frame: Frame, code: str) -> str:
    """Bind our own events and widgets anew; the row asks by itself what came of it."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or code not in RESTORED:
        raise NotFound("check")
    poll_url = f"/checklist/check/{code}?since={_stamp()}"
    services().queue.later("restore_own", frame.portal_id, view.run_id, code)
    return draw_row(frame, view, row, opened=True, poll_url=poll_url)


@blueprint.get("/checklist/area/<area>")
@framed(admin=True)
def show_area(frame: Frame, area: str) -> ResponseReturnValue:
    """One section; `?since=` waits until all its checks have been judged again."""
    view = checklist_view()
    found, target = find_area(view, area), f"{AREA_PREFIX}{area}"
    if _still_waits(view, target):
        return "", 204
    return draw_section(frame, view, found, said=_given_up(view, target))


@blueprint.post("/checklist/area/<area>/again")
@framed(admin=True)
def area_again(frame: Frame, area: str) -> str:
    """Queue all checks of an area to be done again; the section asks for its result by itself."""
    view = checklist_view()
    found = find_area(view, area)
    if view.run_id is None:
        raise NotFound("area")
    poll_url = f"/checklist/area/{area}?since={_stamp()}"
    rerun_area(view.run_id, found.area)
    return draw_section(frame, view, found, poll_url=poll_url)


@blueprint.post("/checklist/mute/<target>")
@framed(admin=True)
def silence(frame: Frame, target: str) -> ResponseReturnValue:
    """Silence a check or an area with a reason and an end; a toast can take it back."""
    form = request.form
    try:
        until = read_date(form.get("until", ""), "until")
        mute(target, form.get("reason", ""), until, user_id=frame.user_id, user_name=frame.user_name)
    except BadInput as wrong:
        return _draw_target(frame, target, opened=True, form=form, wrong=wrong, wrong_target=target), 422
    said = {"text": gettext("Silenced"), "undo_url": f"/checklist/unmute/{target}"}
    return _draw_target(frame, target, said=said)


@blueprint.post("/checklist/unmute/<target>")
@framed(admin=True)
def speak_again(frame: Frame, target: str) -> str:
    """Let a check or an area speak again; its section comes out of band."""
    unmute(target)
    view = checklist_view()
    area = target.removeprefix(AREA_PREFIX) if target.startswith(AREA_PREFIX) else find(view, target).area
    return draw_section(frame, view, find_area(view, area), oob=True)


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


def draw_row(
    frame: Frame, view: ChecklistView, row: CheckView, *, opened: bool, frozen: bool = False, **more: Any
) -> str:
    """One row and, out of band, the numbers that it moves."""
    shared = {name: more.pop(name) for name in ("form", "wrong", "wrong_target") if name in more}
    values = frame_values(frame) | board_values(view, frozen=frozen, **shared) | more
    drawn = draw_check(row, view.run_id if frozen else None)
    area = draw_area(find_area(view, row.area))
    return render_template(
        "checklist/row_alone.html", **values, row=row, drawn=drawn, opened=opened, area=area
    )


def draw_section(
    frame: Frame, view: ChecklistView, found: AreaView, *, oob: bool = False, poll_url: str = "", **more: Any
) -> str:
    """One section and, out of band, the numbers that it moves."""
    shared = {name: more.pop(name) for name in ("form", "wrong", "wrong_target") if name in more}
    values = frame_values(frame) | board_values(view, **shared) | more
    area = draw_area(found) | {"poll_url": poll_url} | ({"state": "running"} if poll_url else {})
    return render_template("checklist/area_alone.html", **values, area=area, found=found, oob=oob)


def _draw_target(frame: Frame, target: str, *, opened: bool = False, **more: Any) -> str:
    view = checklist_view()
    if target.startswith(AREA_PREFIX):
        return draw_section(frame, view, find_area(view, target.removeprefix(AREA_PREFIX)), **more)
    return draw_row(frame, view, find(view, target), opened=opened, **more)


def _stamp() -> int:
    return int(services().clock.now().timestamp() * 1000)


def _since() -> datetime | None:
    return read_stamp(request.args, "since", per_second=1000)


def _is_unjudged(view: ChecklistView, target: str) -> bool:
    since = _since()
    return since is not None and view.run_id is not None and not is_judged_since(view.run_id, target, since)


def _patience_is_over() -> bool:
    since = _since()
    return since is None or (services().clock.now() - since).total_seconds() > PATIENCE_SECONDS


def _still_waits(view: ChecklistView, target: str) -> bool:
    return _is_unjudged(view, target) and not _patience_is_over()


def _given_up(view: ChecklistView, target: str) -> dict[str, str] | None:
    if not _is_unjudged(view, target):
        return None
    return {"text": gettext("The portal has not answered yet. The old result stays."), "level": "fail"}
