"""Keeps the runs of a portal bounded: every run for 30 days, then one a week; referenced runs stay for ever."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic_core import from_json
from sqlalchemy import Text, cast, delete, select, update

from b24app.checklist.model import ACTIVE, AfterStep, BaselineChoice, KeptFact, Run, RunResult, RunState
from b24app.database import Base, current_portal_id, db
from b24app.json_values import is_object

WHOLE_FOR = timedelta(days=30)
MOST_RUNS = 50
MOST_FACTS = 2000
NO_REASON = (RunResult.__tablename__, BaselineChoice.__tablename__, "run_comparison")
"""Tables that refer to runs without keeping them: results are deleted with their run, baselines are judged one by one."""


@dataclass(frozen=True, slots=True)
class OldRun:
    """A run that is older than WHOLE_FOR."""

    id: int
    created_at: datetime
    state: str
    complete: bool

    @property
    def worth(self) -> tuple[bool, bool, int]:
        """The best run of a week: a complete one, else a finished one, else the newest."""
        return self.complete, self.state == RunState.DONE, self.id


def surplus(runs: Iterable[OldRun]) -> list[int]:
    """All but the best run of each week, oldest first."""
    best: dict[tuple[int, int], OldRun] = {}
    found = list(runs)
    for run in found:
        week = run.created_at.isocalendar()[:2]
        best[week] = max(best.get(week, run), run, key=lambda one: one.worth)
    staying = {run.id for run in best.values()}
    return sorted(run.id for run in found if run.id not in staying)


def thin_runs(now: datetime) -> int:
    """Delete surplus runs in the portal of the scope, at most MOST_RUNS at once; returns how many."""
    old = select(Run.id, Run.created_at, Run.state, Run.complete).where(
        Run.created_at < now - WHOLE_FOR, Run.state.not_in(ACTIVE)
    )
    wanted = surplus(OldRun(*row) for row in db.session.execute(old))
    staying = _referred_to() if wanted else set()
    going = [number for number in wanted if number not in staying][:MOST_RUNS]
    if not going:
        return 0
    _hold(going)
    going = [number for number in going if number not in _referred_to()]
    db.session.execute(delete(Run).where(Run.id.in_(going)))
    _clear_facts()
    return len(going)


def _hold(run_ids: Collection[int]) -> None:
    """Lock these runs so that no new reference to them can be made: PostgreSQL locks their rows, SQLite all writing."""
    db.session.execute(update(Run).where(Run.id.in_(run_ids)).values(complete=Run.complete))
    db.session.execute(select(Run.id).where(Run.id.in_(run_ids)).with_for_update())


def _referred_to() -> set[int]:
    """The runs that stay: newest, baselines, those that a row of any table points at."""
    newest = select(Run.id).where(Run.state == RunState.DONE).order_by(Run.id.desc())
    last = (db.session.scalar(newest.limit(1)), db.session.scalar(newest.where(Run.complete).limit(1)))
    return {*(number for number in last if number), *kept_baselines(), *_pointed_at()}


def kept_baselines() -> set[int]:
    """Baselines that a person chose, the one that counts now, and the one before each renewal."""
    choices = db.session.execute(
        select(BaselineChoice.run_id, BaselineChoice.automatic, BaselineChoice.chosen_at).order_by(
            BaselineChoice.id
        )
    ).all()
    renewals = db.session.scalars(select(AfterStep.activated_at).distinct()).all()
    before = ([run_id for run_id, _, at in choices if at <= renewal][-1:] for renewal in renewals)
    chosen = {run_id for run_id, automatic, _ in choices if not automatic}
    return (
        chosen | {run_id for run_id, _, _ in choices[-1:]} | {run_id for found in before for run_id in found}
    )


def _pointed_at() -> set[int]:
    """Runs to which a table of any room points by a foreign key."""
    found: set[int] = set()
    for table in Base.metadata.sorted_tables:
        if table.name in NO_REASON:
            continue
        for key in table.foreign_keys:
            if key.column.table is Run.__table__:
                mine = select(key.parent).where(table.c.portal_id == current_portal_id())
                found.update(db.session.scalars(mine.where(key.parent.is_not(None))))
    return found


def _clear_facts() -> int:
    """Delete kept facts that no run has any more.

    A worker that is about to use one of them has locked it (PostgreSQL), or waits since we deleted runs (SQLite).
    """
    unused = _unused()
    db.session.execute(select(KeptFact.id).where(KeptFact.id.in_(unused)).with_for_update())
    unused &= _unused()  # checked again, as a worker that locked one has stored by now that it is in use
    db.session.execute(delete(KeptFact).where(KeptFact.id.in_(unused)))
    return len(unused)


def _unused() -> set[int]:
    """At most MOST_FACTS of them, the oldest first; what runs use is read as text, which is not judged here."""
    texts = db.session.scalars(select(cast(RunResult.facts, Text)))
    used = {number for text in texts for number in _numbers_in(text)}
    kept = db.session.scalars(select(KeptFact.id).order_by(KeptFact.id))
    return set([number for number in kept if number not in used][:MOST_FACTS])


def _numbers_in(text: str) -> set[int]:
    """The facts of one run; none for a text that is no such list, as for every reader of it."""
    try:
        found = from_json(text)
    except ValueError:
        return set()
    return {number for number in found.values() if isinstance(number, int)} if is_object(found) else set()
