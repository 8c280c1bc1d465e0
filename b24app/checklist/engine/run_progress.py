"""A run that is going on, as a page shows it: areas fill up one after another, with the time that is left."""

from dataclasses import dataclass

from b24app.checklist.engine.areas import AREA_TITLES, Area
from b24app.checklist.engine.board import AreaView, ChecklistView, checklist_view
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.runs import STALE, latest_run
from b24app.checklist.model import ACTIVE, Run, RunState
from b24app.services import services

LONG_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class AreaUnderWay:
    """One area: its rows so far, and how many of its checks have been judged."""

    found: AreaView
    judged: int
    expected: int

    @property
    def state(self) -> str:
        """Waiting, running, or empty when the area is finished."""
        if self.judged >= self.expected:
            return ""
        return "running" if self.judged else "waiting"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The run: its areas, the seconds since it was asked for, and those that are probably left."""

    view: ChecklistView
    areas: tuple[AreaUnderWay, ...]
    elapsed: float
    left: int | None
    waits_long: bool

    @property
    def judged(self) -> int:
        """How many checks have been judged."""
        return sum(area.judged for area in self.areas)

    @property
    def expected(self) -> int:
        """How many checks there are."""
        return sum(area.expected for area in self.areas)


def run_in_progress() -> UnderWay | None:
    """The run that is going on; one that never got its turn is given up."""
    run = latest_run()
    if run is None or run.state not in ACTIVE:
        return None
    waited = services().clock.now() - run.created_at
    if waited > STALE:
        return None
    view, elapsed = checklist_view(run), waited.total_seconds()
    areas = tuple(_area(area, view) for area in Area)
    late = run.state == RunState.QUEUED and elapsed > LONG_WAIT_SECONDS
    return UnderWay(view, areas, elapsed, _left(run, elapsed), late)


def _area(area: Area, view: ChecklistView) -> AreaUnderWay:
    found = next((known for known in view.areas if known.area is area), AreaView(area, AREA_TITLES[area], ()))
    expected = sum(spec.area is area for spec in load_checks().values())
    return AreaUnderWay(found, sum(row.question is None for row in found.checks), expected)


def _left(run: Run, elapsed: float) -> int | None:
    """By the length of the last run; nothing is promised without one, or when it takes longer."""
    last = latest_run(finished=True)
    if last is None or last.started_at is None or last.finished_at is None or last.id == run.id:
        return None
    left = round((last.finished_at - last.started_at).total_seconds() - elapsed)
    return left if left > 0 else None
