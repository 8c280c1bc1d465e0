"""The ledger of jobs, their states and retries; each step a short transaction of its own: claimed, done, put back, given up, taken over from the dead.

Every step names the owner and the attempt it belongs to, so a worker that was thought dead can finish nothing.
"""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from b24app.database import Moment, changed_rows, db
from b24app.jobs.job import Ids, Lane
from b24app.jobs.model import FAILED, RUNNING, WAITING, JobRow, WorkerRow, in_state

MOST_LOST = 3
AHEAD = timedelta(minutes=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job in the hands of a worker."""

    id: int
    name: str
    ids: Ids
    key: str
    portal_id: int | None
    asked_at: datetime
    attempt: int
    lost: int
    owner: str

    def is_same(self, other: "HeldJob") -> bool:
        """Whether both are the same claim of one job; SQLite gives the id of an erased row to the next one."""
        return (self.id, self.key, self.attempt) == (other.id, other.key, other.attempt)


def claim(owner: str, lanes: Collection[Lane], now: datetime) -> HeldJob | None:
    """Take the job of these lanes that is due the longest and may run now; None when there is none."""
    try:
        with db.engine.begin() as connection:
            found = connection.scalar(_claimable(tuple(lanes)), {"now": now})
            return None if found is None else _take(connection, found, owner)
    except (
        IntegrityError
    ):  # another worker has just taken one of the same key, or a heavy one of the same portal
        return None


@functools.cache
def _claimable(lanes: tuple[Lane, ...]) -> Select[int]:
    """Find the running jobs once, not for each waiting one; of one lane the index gives the first at once."""
    other = aliased(JobRow)
    running = in_state(other, RUNNING)
    heavy = select(other.heavy_portal).where(running, other.heavy_portal.is_not(None))
    alone = or_(JobRow.heavy_portal.is_(None), JobRow.heavy_portal.not_in(heavy))
    lane = JobRow.lane == lanes[0] if len(lanes) == 1 else JobRow.lane.in_(lanes)
    due = in_state(JobRow, WAITING), lane, JobRow.due_at <= bindparam("now", type_=Moment)
    free = JobRow.key.not_in(select(other.key).where(running)), alone
    first = select(JobRow.id).where(*due, *free).order_by(JobRow.due_at, JobRow.id).limit(1)
    return first.with_for_update(skip_locked=True, of=JobRow)


def _take(connection: Connection, job_id: int, owner: str) -> HeldJob | None:
    taken = (
        update(JobRow)
        .where(JobRow.id == job_id, in_state(JobRow, WAITING))
        .values(state=RUNNING, owner=owner, attempts=JobRow.attempts + 1)
        .returning(*_COLUMNS)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else HeldJob(row.id, row.name, tuple(row.ids), *row[3:])


_COLUMNS = (
    JobRow.id, JobRow.name, JobRow.ids, JobRow.key, JobRow.portal_id, JobRow.asked_at,
    JobRow.attempts, JobRow.lost, JobRow.owner,
)  # fmt: skip


def held(claim: HeldJob) -> ColumnElement[bool]:
    """Separates the row of a claim, as long as it is still ours."""
    mine = JobRow.owner == claim.owner, JobRow.attempts == claim.attempt
    key = JobRow.key == claim.key  # SQLite gives the id of an erased row to the next one
    return and_(JobRow.id == claim.id, key, in_state(JobRow, RUNNING), *mine)


def finish(claim: HeldJob) -> bool:
    """Remove a job that is done, in the session's transaction; False when it was taken from us meanwhile."""
    gone = db.session.execute(delete(JobRow).where(held(claim)).execution_options(synchronize_session=False))
    return changed_rows(gone) == 1


def put_back(claim: HeldJob, due_at: datetime, error: str, *, attempts: int, lost: int | None = None) -> bool:
    """Let a job wait again; when it was asked for anew meanwhile, the newer row replaces it. False when it is not ours."""
    lost = claim.lost if lost is None else lost
    values = {
        "state": WAITING,
        "due_at": due_at,
        "error": error[:200],
        "owner": "",
        "attempts": attempts,
        "lost": lost,
    }
    try:
        with db.engine.begin() as connection:
            return connection.execute(update(JobRow).where(held(claim)).values(**values)).rowcount == 1
    except IntegrityError:
        return _join(claim, attempts, lost)


def _join(claim: HeldJob, attempts: int, lost: int) -> bool:
    """Merge two requests for a job into one, which keeps how often the work has failed."""
    waiting = update(JobRow).where(JobRow.key == claim.key, in_state(JobRow, WAITING))
    with db.engine.begin() as connection:
        ours = connection.execute(delete(JobRow).where(held(claim))).rowcount == 1
        if ours:
            connection.execute(waiting.values(attempts=attempts, lost=lost))
        return ours


def give_up(claim: HeldJob, error: str, now: datetime) -> bool:
    """End a job as failed, in the session's transaction; its row is kept for the operator. False when it is not ours any more."""
    ended = update(JobRow).where(held(claim)).values(state=FAILED, error=error[:200], ended_at=now)
    done = db.session.execute(ended.execution_options(synchronize_session=False))
    return changed_rows(done) == 1


def enter(owner: str, now: datetime) -> None:
    """Begin to live as a worker."""
    with db.engine.begin() as connection:
        connection.execute(insert(WorkerRow).values(id=owner, beat=0, seen_at=now))


def beat(owner: str, now: datetime) -> bool:
    """Show that a worker lives; False when others have taken it for dead."""
    mine = update(WorkerRow).where(WorkerRow.id == owner)
    with db.engine.begin() as connection:
        return connection.execute(mine.values(beat=WorkerRow.beat + 1, seen_at=now)).rowcount == 1


def leave(owner: str) -> None:
    """End a worker: its jobs are put back by whoever looks next."""
    with db.engine.begin() as connection:
        connection.execute(delete(WorkerRow).where(WorkerRow.id == owner))


def beats() -> dict[str, int]:
    """The heartbeats of all workers."""
    with db.engine.connect() as connection:
        return {row.id: row.beat for row in connection.execute(select(WorkerRow.id, WorkerRow.beat))}


def bury(owner: str, last_beat: int) -> bool:
    """Remove a worker whose heartbeat has stopped; True for the one process that did it."""
    dead = delete(WorkerRow).where(WorkerRow.id == owner, WorkerRow.beat == last_beat)
    with db.engine.begin() as connection:
        return connection.execute(dead).rowcount == 1


def orphans() -> list[HeldJob]:
    """The running jobs whose worker lives no more."""
    return _running(~exists().where(WorkerRow.id == JobRow.owner))


def taken_by(owner: str) -> list[HeldJob]:
    """The running jobs that a worker has by the database, whether it has them in memory or not."""
    return _running(JobRow.owner == owner)


def _running(which: ColumnElement[bool]) -> list[HeldJob]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(*_COLUMNS).where(in_state(JobRow, RUNNING), which)).all()
    return [HeldJob(row.id, row.name, tuple(row.ids), *row[3:]) for row in rows]


def bring_near(now: datetime, farthest: datetime) -> None:
    """Jobs that were asked for while the clock was wrong become due."""
    elsewhere = or_(JobRow.due_at > farthest, JobRow.asked_at > now + AHEAD)
    far = update(JobRow).where(in_state(JobRow, WAITING), elsewhere)
    with db.engine.begin() as connection:
        connection.execute(far.values(due_at=now, asked_at=now))


def prune_failed(before: datetime) -> int:
    """Forget the jobs that were given up long ago."""
    old = delete(JobRow).where(in_state(JobRow, FAILED), JobRow.ended_at < before)
    with db.engine.begin() as connection:
        return int(connection.execute(old).rowcount)
