"""The run in progress: the card that polls itself, and the areas that have changed since the last poll."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from b24app.checklist.engine.board import AreaUnderWay, AreaView, UnderWay, run_in_progress
from b24app.frames.page_token import Frame
from b24app.pages.shop.checks_drawing import draw_area, draw_phases, pace_of
from b24app.pages.shop.values import board_values
from b24app.web import framed
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("progress", __name__)

Sections = list[tuple[dict[str, Any], AreaView]]


@blueprint.get("/checklist/progress")
@framed(admin=True)
def show_progress(frame: Frame) -> str:
    """The card for the poll with the areas that changed; once the run has ended, the page takes its place."""
    run = run_in_progress()
    if run is None:
        return render_template("checklist/ended.html", **frame_values(frame))
    values = frame_values(frame) | board_values(run.view, frozen=True)
    return render_template(
        "checklist/progress.html", **values, going=draw_going(run, request.args.get("have", ""))
    )


def draw_going(run: UnderWay, have: str | None = None) -> dict[str, Any]:
    """The card of a run; `have` names what the page already shows, as `area.judged` with commas."""
    known = set((have or "").split(","))
    return {
        "title": gettext("Checking: %(done)s of %(total)s", done=run.judged, total=run.expected),
        "text": _text(run),
        "percent": run.view.progress.percent if run.view.progress else 0,
        "stop_url": f"/checklist/runs/{run.view.progress.run_id}/stop" if run.view.progress else "",
        "poll_url": "/checklist/progress?have=" + ",".join(_mark(area) for area in run.areas),
        "every": pace_of(run.elapsed),
        "phases": draw_phases(run.view.progress) if run.view.progress else [],
        "late": run.waits_long,
        "changed": [] if have is None else draw_sections(run, known),
    }


def draw_sections(run: UnderWay, known: frozenset[str] | set[str] = frozenset()) -> Sections:
    """The areas that the page does not show yet in their present state."""
    return [(_draw_area(area), area.found) for area in run.areas if _mark(area) not in known]


def _mark(area: AreaUnderWay) -> str:
    return f"{area.found.area}.{area.judged}"


def _draw_area(area: AreaUnderWay) -> dict[str, Any]:
    drawn = draw_area(area.found)
    if area.state:
        drawn |= {"state": area.state, "done": area.judged, "total": area.expected}
    return drawn | {"missing": area.state == "running"}


def _text(run: UnderWay) -> str:
    calm = gettext("You may close the page: the checks go on, and the results will be here.")
    if run.left is None:
        return calm
    left = ngettext("About %(num)s second is left.", "About %(num)s seconds are left.", run.left)
    return f"{left} {calm}"
