"""The page of checks: the last results, a run in progress, or an earlier run."""

from typing import Any

from flask import Blueprint, request

from b24app.checklist.engine.board import checklist_view, run_in_progress
from b24app.checklist.engine.runs import refusal_of_run, start_run, stop_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run, RunState
from b24app.frames.page_token import Frame
from b24app.pages.shop.checks_drawing import draw_area
from b24app.pages.shop.progress import draw_going, draw_sections
from b24app.pages.shop.values import board_values
from b24app.services import services
from b24app.terms.term import Author
from b24app.web import framed, page

blueprint = Blueprint("checks_page", __name__)


@blueprint.get("/checklist")
@framed(admin=True)
def show_checklist(frame: Frame) -> str:
    """Draw the last finished run, or the one under way; `?open=<code>` unfolds a row."""
    return draw_board(frame)


@blueprint.post("/checklist/run")
@framed(admin=True)
def run_checks(frame: Frame) -> str:
    """Queue a run and show its progress; one that is under way is shown instead."""
    start_run(by=Author(frame.user_id, frame.user_name), at=services().clock.now())
    return draw_board(frame)


@blueprint.post("/checklist/runs/<int:run_id>/stop")
@framed(admin=True)
def stop(frame: Frame, run_id: int) -> str:
    """Stop a run; one that has ended meanwhile stays as it is."""
    stop_run(run_id, by=Author(frame.user_id, frame.user_name), at=services().clock.now())
    return draw_board(frame)


def draw_board(frame: Frame, run: Run | None = None) -> str:
    """The whole page; a given run is one of the past."""
    going = None if run else run_in_progress()
    if going:
        values = board_values(going.view, frozen=True)
        return page("checklist.html", frame, **values, going=draw_going(going), sections=draw_sections(going))
    view = checklist_view(run)
    progress = view.progress
    refused = progress is not None and progress.state is RunState.REFUSED
    values = board_values(view, frozen=run is not None)
    return page(
        "checklist.html",
        frame,
        **values,
        sections=[(draw_area(area), area) for area in view.areas],
        progress=progress,
        refusal=refusal_of_run(progress.run_id) if progress and refused else None,
        opened=request.args.get("open") or _first_blocker(view.next_step),
        past=run,
        checks=None if run else view,
    )


def _first_blocker(step: Any) -> str:
    """A blocker to begin with stands unfolded; anything milder does not."""
    return step.code if step is not None and step.level is Level.FAIL and not step.question else ""
