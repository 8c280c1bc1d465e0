"""The outcome of the comparison after an activation, read for the tab: one of a few, with its counts."""

from dataclasses import dataclass
from datetime import datetime

from b24app.checklist.engine.runs import latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import ACTIVE, AfterStep
from b24app.clock import holds_still
from b24app.comparison.after_activation import Proof, after_steps, proof
from b24app.comparison.stored_comparison import ComparisonView, compare_with_baseline
from b24app.renewal.page_phase import ActivationOutcome, Found
from b24app.reports.comparison_texts import object_name

NAMES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison with what is left until the renewal may be called verified."""

    outcome: ActivationOutcome
    view: ComparisonView | None
    left: Proof | None
    repeats: tuple[AfterStep, ...]

    @property
    def done(self) -> int:
        """How many of the planned comparisons were made."""
        return sum(step.run_id is not None for step in self.repeats)


def read_comparison(now: datetime) -> Compared:
    """Look at the newest run: one under way is waited for, one before the activation proves nothing."""
    newest, steps = latest_run(), tuple(after_steps())
    view, left = compare_with_baseline(), proof()
    runs = newest is not None and newest.state in ACTIVE
    begins = bool(steps) and steps[0].run_id is None
    if runs or (begins and not left.compared):
        return Compared(ActivationOutcome(Found.RUNNING), view, left, steps)
    if view is None or not left.compared:
        return Compared(ActivationOutcome(Found.NOTHING), None, left, steps)
    return Compared(_outcome(view, left, now), view, left, steps)


def _outcome(view: ComparisonView, left: Proof, now: datetime) -> ActivationOutcome:
    opened = [line.change for line in view.open_lines]
    grave = [change for change in opened if change.level is Level.FAIL]
    return ActivationOutcome(
        found=_found(view, left, grave=bool(grave), now=now),
        to_restore=view.to_restore,
        to_look=len(opened) - len(grave) + view.more,
        accepted=sum(line.accepted is not None for line in view.lines),
        unchanged=view.unchanged_total,
        failing=len(left.failing),
        names=tuple(object_name(change) for change in grave[:NAMES_SHOWN]),
    )


def _found(view: ComparisonView, left: Proof, *, grave: bool, now: datetime) -> Found:
    if "rights" in view.mismatches or ("user" in view.mismatches and view.open_lines):
        return Found.INCOMPARABLE
    if grave:
        return Found.RESTORE
    if view.open_lines or view.more:
        return Found.LOOK
    if left.failing:
        return Found.FAILING
    if left.waiting:
        return Found.WAITING
    finished = view.after.finished_at
    return Found.WHOLE if finished is not None and holds_still(finished, now) else Found.OLD
