"""The history of runs: with which run each was compared, and whether it became the baseline itself."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.runs import chosen_baseline, run_history
from b24app.checklist.model import BaselineChoice, Run, RunState
from b24app.comparison.model import Hint, RunComparison, Why
from b24app.database import db


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of the history; `before_at` is when the run that it was compared with ended, `baseline` the choice of this run."""

    run: Run
    before_at: datetime | None = None
    why: Why = Why.NOT_DECIDED
    about: Hint = field(default_factory=dict)
    baseline: BaselineChoice | None = None

    @property
    def is_first(self) -> bool:
        """Whether there was no run to compare it with."""
        return self.run.state == RunState.DONE and self.before_at is None


def read_history(limit: int = 30) -> tuple[RunLine, ...]:
    """The runs of this portal, newest first, with their comparisons."""
    runs, choice = run_history(limit), chosen_baseline()
    compared = _compared([run.id for run in runs])
    moments = _moments({before_id for before_id, _, _ in compared.values()})
    return tuple(_line(run, compared.get(run.id), moments, choice) for run in runs)


Found = tuple[int, str, Hint]


def _line(
    run: Run, found: Found | None, moments: dict[int, datetime], choice: BaselineChoice | None
) -> RunLine:
    mine = choice if choice is not None and choice.run_id == run.id else None
    if found is None:
        return RunLine(run, baseline=mine)
    before_id, why, about = found
    return RunLine(run, moments.get(before_id), Why(why), about, mine)


def _compared(run_ids: Collection[int]) -> dict[int, Found]:
    """The stored result of each run; the lines themselves are not read."""
    row = RunComparison
    rows = db.session.execute(
        select(row.run_id, row.before_id, row.why, row.about).where(row.run_id.in_(run_ids))
    )
    return {run_id: (before_id, why, about) for run_id, before_id, why, about in rows}


def _moments(run_ids: Collection[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Run.id, Run.finished_at).where(Run.id.in_(run_ids), Run.finished_at.is_not(None))
    )
    return {run_id: at for run_id, at in rows if at is not None}
