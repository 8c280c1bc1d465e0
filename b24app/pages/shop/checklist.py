"""The page «Shop»: the last results, a run in progress that polls itself, the history of runs and their baseline."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import ChecklistView, checklist_view
from b24app.checklist.engine.run_progress import run_in_progress
from b24app.checklist.engine.runs import get_run, refusal_of_run, start_run, stop_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run, RunState
from b24app.comparison.baseline_keeping import choose_snapshot
from b24app.comparison.model import Why
from b24app.comparison.run_history import RunLine, read_history
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.shop.compare_page import draw_compare
from b24app.pages.shop.decision_words import decision_words
from b24app.pages.shop.inbox import draw_parts, inbox_values, wanted_row
from b24app.portals.availability import get_availability
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.check_words import FILTERS
from b24app.web.filters import today, zone
from b24app.web.form_fields import read_id
from b24app.web.kept_pages import do_not_keep, kept
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("checklist", __name__)
for one in (*FILTERS, decision_words):
    blueprint.add_app_template_filter(one)

FAST_SECONDS, MEDIUM_SECONDS = 15, 60
NIGHTS = 14
WORSE = (Why.DIFFERENCE, Why.CHECK)
KIND_TITLES = {
    "manual": N_("by hand"),
    "daily": N_("daily"),
    "first": N_("after the installation"),
    "opened": N_("at the opening after a day"),
    "baseline": N_("snapshot before"),
    "noticed": N_("activation noticed"),
    "after_at_once": N_("at once after activation"),
    "after_15m": N_("15 minutes after activation"),
    "after_24h": N_("24 hours after activation"),
    "after_72h": N_("72 hours after activation"),
}


@dataclass(frozen=True, slots=True)
class Night:
    """One night of the strip: how its run ended (pass, fail, unknown), how many differences it found, and the run."""

    day: date
    level: Level
    count: int = 0
    run_id: int | None = None


@blueprint.get("/shop")
@framed(admin=True, right=Right.CHECKS)
@kept
def show_checklist(frame: Frame) -> str:
    """Draw the last finished run, or the one under way; `?open=<code>` leads to a row or a question."""
    return draw_checklist(frame)


@blueprint.post("/shop/run")
@framed(admin=True, right=Right.RUN)
def run_checks(frame: Frame) -> str:
    """Queue a run and show its progress; one that is under way is shown instead."""
    start_run(by=author(frame), at=services().clock.now())
    return draw_checklist(frame)


@blueprint.post("/shop/runs/<int:run_id>/stop")
@framed(admin=True, right=Right.RUN)
def stop(frame: Frame, run_id: int) -> str:
    """Stop a run; one that has ended meanwhile stays as it is."""
    stop_run(run_id, by=author(frame), at=services().clock.now())
    return draw_checklist(frame)


@blueprint.get("/shop/progress")
@framed(admin=True, right=Right.CHECKS)
def show_progress(frame: Frame) -> str:
    """The head for the poll, with the rows when more than `?have=` has been judged; once the run has ended, the page takes its place."""
    going = run_in_progress()
    if going is None:
        return render_template("shop/ended.html", **frame_values(frame))
    changed = request.args.get("have", "") != str(going.judged)
    parts = ("head", "blockers", "folds", "sum") if changed else ("head",)
    return draw_parts(frame, going.view, *parts, frozen=True, going=going)


@blueprint.get("/shop/fold/<place>")
@framed(admin=True, right=Right.CHECKS)
def show_fold(frame: Frame, place: str) -> str:
    """The rows of a fold that was opened, of the newest run or of `?run=`."""
    if place not in set(CountedPlace):
        raise NotFound("fold")
    run_id, going = read_id(request.args, "run"), run_in_progress()
    view = going.view if going else checklist_view(get_run(run_id) if run_id else None)
    return draw_parts(frame, view, "fold", place=place, frozen=bool(run_id) or going is not None)


@blueprint.get("/shop/runs")
@framed(admin=True, right=Right.CHECKS)
def show_runs(frame: Frame) -> str:
    """The last runs with their numbers."""
    return draw_runs(frame)


@blueprint.get("/shop/runs/<int:run_id>")
@framed(admin=True, right=Right.CHECKS)
def show_past_run(frame: Frame, run_id: int) -> str:
    """The page of checks as it was."""
    return draw_checklist(frame, get_run(run_id))


@blueprint.post("/shop/runs/<int:run_id>/baseline")
@framed(admin=True)
def take_as_baseline(frame: Frame, run_id: int) -> str:
    """Compare with this run from now on, and show what has changed since."""
    choose_snapshot(run_id, by=author(frame), at=services().clock.now())
    return draw_compare(frame)


@blueprint.app_template_filter("pace")
def pace(seconds: float) -> str:
    """How often to poll: each second, then every two, after a minute every five."""
    return "1s" if seconds < FAST_SECONDS else "2s" if seconds < MEDIUM_SECONDS else "5s"


def draw_checklist(frame: Frame, past: Run | None = None) -> str:
    """The whole page; a given run is one of the past."""
    going = None if past else run_in_progress()
    if going:
        do_not_keep()
        return page("shop/inbox.html", frame, **inbox_values(going.view, frozen=True, going=going))
    view = checklist_view(past)
    values = inbox_values(view, frozen=past is not None, past=past, opened=wanted_row(frame))
    return page(
        "shop/inbox.html",
        frame,
        **values,
        **_ending(view),
        all_good=past is None and _is_all_good(view),
        nights=nights() if past is None and _is_all_good(view) else (),
        checks=None if past else view,
    )


def _is_all_good(view: ChecklistView) -> bool:
    seen = view.progress is not None and view.progress.state is RunState.DONE
    open_ones = (
        view.of(CountedPlace.BLOCKING) or view.of(CountedPlace.ASKED) or view.unknown or view.disregarded
    )
    return view.run_id is not None and seen and not open_ones


def _ending(view: ChecklistView) -> dict[str, object]:
    """How the newest run ended, where it was not carried through, and why."""
    progress = view.progress
    refused = progress is not None and progress.state is RunState.REFUSED
    unanswered = progress is not None and progress.state is RunState.UNANSWERED
    return {
        "progress": progress,
        "refusal": refusal_of_run(progress.run_id) if progress and refused else None,
        "silence": get_availability() if unanswered else None,
    }


def nights() -> tuple[Night, ...]:
    """The last fourteen days, or those since the first night, by their daily run: without a difference, with how many, or not looked at."""
    by_day: dict[date, RunLine] = {}
    for line in read_history(NIGHTS * 4):
        if line.run.kind == "daily":
            by_day.setdefault(line.run.created_at.astimezone(zone()).date(), line)
    days = [today() - timedelta(days=back) for back in reversed(range(NIGHTS))]
    first = min(by_day, default=None)
    return tuple(_night(day, by_day.get(day)) for day in days if first is not None and day >= first)


def _night(day: date, line: RunLine | None) -> Night:
    if line is None or line.run.state != RunState.DONE:
        return Night(day, Level.UNKNOWN, run_id=line.run.id if line else None)
    count = line.about.get("count", 1) if line.why in WORSE else 0
    return Night(
        day, Level.FAIL if count else Level.PASS, count if isinstance(count, int) else 1, line.run.id
    )


def draw_runs(frame: Frame) -> str:
    """The page of the history."""
    return page(
        "shop/runs.html",
        frame,
        runs=read_history(),
        kinds=KIND_TITLES,
        levels=(Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN, Level.PASS),
    )
