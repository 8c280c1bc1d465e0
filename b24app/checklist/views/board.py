"""The page of checks: start a run and watch it, open a row, do one check or an area again, silence it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from b24app.checklist.area import Area
from b24app.checklist.board import ChecklistView, CheckView, checklist_view, progress_view
from b24app.checklist.model import RunState
from b24app.checklist.mutes import AREA_PREFIX, mute, unmute
from b24app.checklist.rerun import rerun_area, rerun_check
from b24app.checklist.runs import get_run, start_run
from b24app.checklist.views import blueprint
from b24app.checklist.views.drawing import draw_area, draw_check, draw_chips, draw_parts, draw_phases, pace_of
from b24app.errors import BadInput, NotFound
from b24app.portals.frames import Frame
from b24app.services import services
from b24app.web import framed, page
from b24app.web.fields import read_date
from b24app.web.pages import frame_values
from b24app.web.wording import today

ACTIVE = (RunState.QUEUED, RunState.RUNNING)


@blueprint.get("/checklist")
@framed(admin=True)
def show_checklist(frame: Frame) -> str:
    """Draw the last finished run; `?open=<code>` unfolds a row."""
    return draw_board(frame)


@blueprint.post("/checklist/run")
@framed(admin=True)
def run_checks(frame: Frame) -> str:
    """Queue a run and show its progress; one that is under way is shown instead."""
    start_run(user_id=frame.user_id, user_name=frame.user_name)
    return draw_board(frame)


@blueprint.get("/checklist/progress")
@framed(admin=True)
def show_progress(frame: Frame) -> str:
    """The card of a run under way for the poll; once it has ended, the whole page takes its place."""
    progress = progress_view()
    if progress is None or progress.state not in ACTIVE:
        return render_template("checklist/ended.html", **frame_values(frame))
    since = (services().clock.now() - get_run(progress.run_id).created_at).total_seconds()
    return render_template(
        "checklist/progress.html", progress=progress, phases=draw_phases(progress), every=pace_of(since)
    )


@blueprint.get("/checklist/check/<code>")
@framed(admin=True)
def show_check(frame: Frame, code: str) -> str:
    """One row unfolded, or folded again with `?fold`."""
    view = checklist_view()
    return draw_row(frame, view, find(view, code), opened="fold" not in request.args)


@blueprint.post("/checklist/check/<code>/again")
@framed(admin=True)
def check_again(frame: Frame, code: str) -> str:
    """Queue one check to be done again; the row asks for its result by itself."""
    view = checklist_view()
    row = find(view, code)
    if view.run_id is None or row.question is not None:
        raise NotFound("check")
    rerun_check(view.run_id, code)
    return draw_row(frame, view, row, opened=False, busy=True)


@blueprint.post("/checklist/area/<area>/again")
@framed(admin=True)
def area_again(frame: Frame, area: str) -> str:
    """Queue all checks of an area to be done again."""
    view = checklist_view()
    if area not in set(Area) or view.run_id is None:
        raise NotFound("area")
    rerun_area(view.run_id, Area(area))
    return draw_board(frame, busy=area)


@blueprint.post("/checklist/mute/<target>")
@framed(admin=True)
def silence(frame: Frame, target: str) -> ResponseReturnValue:
    """Silence a check or an area with a reason and an end."""
    form = request.form
    try:
        until = read_date(form.get("until", ""), "until")
        who: dict[str, Any] = {"user_id": frame.user_id, "user_name": frame.user_name}
        mute(target, form.get("reason", ""), until, **who)
    except BadInput as wrong:
        return draw_board(frame, opened=target, wrong=wrong), 422
    return draw_board(frame)


@blueprint.post("/checklist/unmute/<target>")
@framed(admin=True)
def speak_again(frame: Frame, target: str) -> str:
    """Let a check or an area speak again."""
    unmute(target)
    return draw_board(frame)


def find(view: ChecklistView, code: str) -> CheckView:
    """One row by its code; raises NotFound."""
    row = view.check(code)
    if row is None:
        raise NotFound("check")
    return row


def draw_row(
    frame: Frame, view: ChecklistView, row: CheckView, *, opened: bool, busy: bool = False, **more: Any
) -> str:
    """One row and, out of band, the counters that it moves."""
    section = next(area for area in view.areas if area.area is row.area)
    return render_template(
        "checklist/row_alone.html",
        **frame_values(frame),
        row=row,
        drawn=draw_check(row),
        opened=opened,
        busy=busy,
        area=draw_area(section),
        parts=draw_parts(view.readiness),
        view=view,
        form=more.get("form", {}),
        wrong=more.get("wrong"),
        today_=today(),
    )


def draw_board(
    frame: Frame, *, opened: str = "", busy: str = "", wrong: BadInput | None = None, run: Any = None
) -> str:
    """The whole page."""
    view = checklist_view(run)
    progress = view.progress
    under_way = progress is not None and progress.state in ACTIVE
    return page(
        "checklist.html",
        frame,
        view=view,
        progress=progress,
        under_way=under_way,
        phases=draw_phases(progress) if progress else [],
        every="1s",
        sections=[(draw_area(area, busy=busy), area) for area in view.areas],
        chips=draw_chips(view),
        parts=draw_parts(view.readiness),
        draw_check=draw_check,
        opened=opened or request.args.get("open", ""),
        area_prefix=AREA_PREFIX,
        wrong=wrong,
        form=request.form,
        today_=today(),
        past=run,
    )
