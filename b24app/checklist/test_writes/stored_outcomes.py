"""The outcomes of a portal's test writes, read from their rows."""

from sqlalchemy import func, select

from b24app.checklist.model import AfterStep, WriteRun
from b24app.checklist.test_writes.write_outcome import (
    StepDone,
    WriteKind,
    WriteOutcome,
    WriteOutcomes,
    of_kind,
)
from b24app.checklist.test_writes.write_runs import missing_scopes, read_switch
from b24app.database import db
from b24app.stored_values import read_kept

LOOKED_BACK = 5


def steps_of(row: WriteRun) -> tuple[StepDone, ...]:
    """Its steps so far; none when one of them is not of this release: the rest alone would mean something else."""
    found: tuple[StepDone, ...] = read_kept(tuple[StepDone, ...], row.steps) or ()
    return found


def outcomes(row: WriteRun | None) -> tuple[WriteOutcome, ...]:
    """The outcomes of a test write, kind by kind."""
    if row is None:
        return ()
    at, steps = row.finished_at or row.created_at, steps_of(row)
    rows = (WriteOutcome(kind, at, row.asked_by_name, of_kind(steps, kind)) for kind in WriteKind)
    return tuple(one for one in rows if one.steps)


def read_write_outcomes() -> WriteOutcomes:
    """Read what the checks judge: the switch, the permissions, the newest outcome of each kind."""
    switch, finished = read_switch(), WriteRun.finished_at.is_not(None)
    newest = db.session.scalars(
        select(WriteRun).where(finished).order_by(WriteRun.id.desc()).limit(LOOKED_BACK)
    )
    found: dict[WriteKind, WriteOutcome] = {}
    for row in newest:
        found |= {one.kind: one for one in outcomes(row) if one.kind not in found}
    rows = tuple(found[kind] for kind in WriteKind if kind in found)
    activated = db.session.scalar(select(func.max(AfterStep.activated_at)))
    return WriteOutcomes(switch.on, missing_scopes(), rows, activated, switch.by)
