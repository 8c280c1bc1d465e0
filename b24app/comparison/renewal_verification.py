"""What still stands between an activated plan and a verified one: nothing may wait, fail or stay unexplained."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from b24app.checklist.engine.board import CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.traffic import deadline_of
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run
from b24app.comparison.repeat_schedule import after_steps
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.comparison.worsening import worse_than


@dataclass(frozen=True, slots=True)
class Waiting:
    """A check that waits for traffic, and its deadline."""

    row: CheckView
    until: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What is left: no run since the activation, open differences, failing checks, traffic that has not come."""

    compared: bool
    open_lines: int
    failing: tuple[CheckView, ...]
    waiting: tuple[Waiting, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all is passed, accepted or explained."""
        return self.compared and not (self.open_lines or self.failing or self.waiting)


def proof() -> Proof:
    """Look at the newest finished run against the snapshot."""
    run, view = latest_run(finished=True), compare_with_baseline()
    if run is None:
        return Proof(compared=False, open_lines=0, failing=(), waiting=())
    return Proof(
        compared=_is_after(run),
        open_lines=sum(line.is_open for line in view.lines) if view else 0,
        failing=tuple(_failing(run, view.before.id if view else None)),
        waiting=waiting_of(run),
    )


def waiting_of(run: Run) -> tuple[Waiting, ...]:
    """The checks of a run that wait for traffic, the nearest deadline first; silenced ones are explained."""
    verdicts, view = verdicts_of_run(run.id), checklist_view(run)
    until = {code: moment for code, one in verdicts.items() if (moment := deadline_of(one))}
    rows = [row for code in until if (row := view.check(code)) and row.muted is None]
    return tuple(sorted((Waiting(row, until[row.code]) for row in rows), key=lambda one: one.until))


def _is_after(run: Run) -> bool:
    """Whether the run has seen the portal since the activation; without a known one any run has."""
    steps = after_steps()
    return not steps or (run.started_at is not None and run.started_at >= steps[0].activated_at)


def _failing(run: Run, before_id: int | None) -> Iterator[CheckView]:
    """Blocking checks, and notes that were none before: silenced ones are explained."""
    worse = worse_than(before_id, run.id) if before_id else ()
    for area in checklist_view(run).areas:
        for row in area.checks:
            note = row.level is Level.WARN and row.code in worse
            if row.muted is None and (row.level is Level.FAIL or note):
                yield row
