"""The snapshot before the renewal that keeps itself: renewed by good runs, never by one in which something was lost."""

from b24app.checklist.engine.baselines import choose_baseline, chosen_baseline
from b24app.checklist.engine.runs import get_run
from b24app.checklist.model import RunState
from b24app.comparison.compare import Difference
from b24app.comparison.repeat_schedule import STEPS, after_steps
from b24app.comparison.stored_comparison import compare_runs
from b24app.services import services

GONE = (Difference.LOST, Difference.OFF)


def keep_baseline(run_id: int) -> bool:
    """Take a complete run as the snapshot unless a person has chosen one, or something is missing in it.

    A run in which something could not be read is no snapshot: what is not in it could not be missed afterwards.
    While the repeats after an activation go on, the snapshot stands still: it is what they are compared with.
    """
    run, choice = get_run(run_id), chosen_baseline()
    if run.state != RunState.DONE or not run.complete:
        return False
    if run.kind.startswith("after_") or _is_being_verified():
        return False
    if choice is not None and (not choice.automatic or _has_losses(choice.run_id, run_id)):
        return False
    choose_baseline(run_id)
    return True


def _has_losses(before_id: int, after_id: int) -> bool:
    return any(change.difference in GONE for change in compare_runs(before_id, after_id).changes)


def _is_being_verified() -> bool:
    steps = after_steps()
    return bool(steps) and services().clock.now() < steps[0].activated_at + max(STEPS.values())
