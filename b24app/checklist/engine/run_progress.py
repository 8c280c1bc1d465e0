"""The run under way: its verdicts so far, over the results before it, and how long it takes."""

from dataclasses import dataclass

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.checklist_view import ChecklistView, checklist_view
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import latest_run, run_under_way
from b24app.checklist.model import Run, RunState
from b24app.services import services

LONG_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The run, how many of the checks it has judged, the seconds since it was queued, and the expected seconds left."""

    run_id: int
    view: ChecklistView
    judged: int
    expected: int
    elapsed: float
    waits_long: bool
    is_first: bool
    left: int | None


def run_in_progress() -> UnderWay | None:
    """The run under way; one that never started is given up."""
    now = services().clock.now()
    run = run_under_way(now)
    if run is None:
        return None
    before, elapsed = latest_run(finished=True), (now - run.created_at).total_seconds()
    late = run.state == RunState.QUEUED and elapsed > LONG_WAIT_SECONDS
    view = checklist_view(run, before)
    judged, left = len(levels_of_run(run.id)), _left(before, elapsed)
    return UnderWay(run.id, view, judged, len(load_checks()), elapsed, late, before is None, left)


def _left(last: Run | None, elapsed: float) -> int | None:
    """The expected seconds left, by the length of the last run; None without one, or when it takes longer."""
    if last is None or last.started_at is None or last.finished_at is None:
        return None
    left = round((last.finished_at - last.started_at).total_seconds() - elapsed)
    return left if left > 0 else None
