"""The page of checks: the last results, a run in progress that polls itself, the history of runs and their baseline."""

from flask import Blueprint, render_template, request

from b24app.checklist.engine.checklist_view import PHASES, checklist_view, run_in_progress
from b24app.checklist.engine.runs import (
    get_run,
    refusal_of_run,
    start_run,
    stop_run,
)
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run, RunState
from b24app.comparison.baseline_keeping import choose_snapshot
from b24app.comparison.run_history import read_history
from b24app.frames.page_token import Frame
from b24app.pages.shop.check_rows import row_values
from b24app.pages.shop.decision_words import decision_words
from b24app.portals.availability import get_availability
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.kept_pages import do_not_keep, kept
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("checklist", __name__)
blueprint.add_app_template_filter(decision_words)

FAST_SECONDS, MEDIUM_SECONDS = 15, 60
KIND_TITLES = {
    "manual": N_("by hand"),
    "daily": N_("daily"),
    "first": N_("after the installation"),
    "baseline": N_("snapshot before"),
    "noticed": N_("activation noticed"),
    "after_at_once": N_("at once after activation"),
    "after_15m": N_("15 minutes after activation"),
    "after_24h": N_("24 hours after activation"),
    "after_72h": N_("72 hours after activation"),
}


@blueprint.get("/checklist")
@framed(admin=True)
@kept
def show_checklist(frame: Frame) -> str:
    """Draw the last finished run, or the one under way; `?open=<code>` unfolds a row."""
    return draw_checklist(frame)


@blueprint.post("/checklist/run")
@framed(admin=True)
def run_checks(frame: Frame) -> str:
    """Queue a run and show its progress; one that is under way is shown instead."""
    start_run(by=author(frame), at=services().clock.now())
    return draw_checklist(frame)


@blueprint.post("/checklist/runs/<int:run_id>/stop")
@framed(admin=True)
def stop(frame: Frame, run_id: int) -> str:
    """Stop a run; one that has ended meanwhile stays as it is."""
    stop_run(run_id, by=author(frame), at=services().clock.now())
    return draw_checklist(frame)


@blueprint.get("/checklist/progress")
@framed(admin=True)
def show_progress(frame: Frame) -> str:
    """The card for the poll with the areas that `?have=` does not name; once the run has ended, the page takes its place."""
    going = run_in_progress()
    if going is None:
        return render_template("checklist/ended.html", **frame_values(frame))
    values = frame_values(frame) | row_values(going.view, frozen=True)
    known = request.args.get("have", "").split(",")
    return render_template("checklist/progress.html", **values, going=going, phases=PHASES, known=known)


@blueprint.get("/checklist/runs")
@framed(admin=True)
def show_runs(frame: Frame) -> str:
    """The last runs with their numbers."""
    return draw_runs(frame)


@blueprint.get("/checklist/runs/<int:run_id>")
@framed(admin=True)
def show_past_run(frame: Frame, run_id: int) -> str:
    """The page of checks as it was."""
    return draw_checklist(frame, get_run(run_id))


@blueprint.post("/checklist/runs/<int:run_id>/baseline")
@framed(admin=True)
def take_as_baseline(frame: Frame, run_id: int) -> str:
    """Compare with this run from now on."""
    choose_snapshot(run_id, by=author(frame), at=services().clock.now())
    return draw_runs(frame)


@blueprint.app_template_filter("pace")
def pace(seconds: float) -> str:
    """How often to poll: each second, then every two, after a minute every five."""
    return "1s" if seconds < FAST_SECONDS else "2s" if seconds < MEDIUM_SECONDS else "5s"


def draw_checklist(frame: Frame, past: Run | None = None) -> str:
    """The whole page; a given run is one of the past. A blocker to begin with stands unfolded, anything milder does not."""
    going = None if past else run_in_progress()
    if going:
        do_not_keep()
        values = row_values(going.view, frozen=True)
        return page("checklist.html", frame, **values, going=going, phases=PHASES, known=None)
    view = checklist_view(past)
    progress, first = view.progress, view.next_step
    refused = progress is not None and progress.state is RunState.REFUSED
    unanswered = progress is not None and progress.state is RunState.UNANSWERED
    blocker = first.code if first and first.level is Level.FAIL and not first.question else ""
    return page(
        "checklist.html",
        frame,
        **row_values(view, frozen=past is not None),
        progress=progress,
        refusal=refusal_of_run(progress.run_id) if progress and refused else None,
        silence=get_availability() if unanswered else None,
        opened=request.args.get("open") or blocker,
        past=past,
        checks=None if past else view,
    )


def draw_runs(frame: Frame) -> str:
    """The page of the history."""
    return page(
        "checklist/runs.html",
        frame,
        runs=read_history(),
        kinds=KIND_TITLES,
        levels=(Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN, Level.PASS),
    )
