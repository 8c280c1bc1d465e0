"""Work on many clients: begun by a press, done by a job client by client, each alone; what failed is tried again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from b24app.database import changed_rows, db, every_portal, portal_scope
from b24app.each_portal import alone
from b24app.errors import NotFound
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.bulk.undone_steps import UNDONE
from b24app.integrators.bulk_plan import BulkPlan
from b24app.integrators.bulk_steps import do_step, settle_step, undo_step
from b24app.integrators.model import BulkKind, StepState
from b24app.services import services
from b24app.terms.term import Author

JOB = "work_on_clients"
SECONDS, LOOK_AGAIN = 60.0, 10.0
OPEN = (StepState.WAITING, StepState.BEGUN, StepState.RETURNING)
LOOK_AT_COPIES = 60.0


@dataclass(frozen=True, slots=True)
class WorkView:
    """One work, and how many of its clients are in which state."""

    id: int
    kind: str
    value: int | None
    made_by: str
    made_by_id: int
    made_at: datetime
    stopped: bool
    finished: bool
    returned: bool
    keeps_before: bool
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All but those that were left out from the first."""
        return sum(number for state, number in self.counts.items() if state != StepState.SKIPPED)

    @property
    def ended(self) -> int:
        """How many are done or failed, or were put back."""
        return sum(self.counts.get(one, 0) for one in (StepState.DONE, StepState.FAILED, StepState.RETURNED))

    @property
    def may_return(self) -> bool:
        """Whether what was written may be put back: once, after its end."""
        done = self.counts.get(StepState.DONE, 0)
        return self.finished and not self.returned and self.keeps_before and done > 0 and self.kind in UNDONE


def begin_work(plan: BulkPlan, value: int | None, *, by: Author, at: datetime) -> int:
    """Write down what is to be done with whom and ask for the job; the portal in scope is the integrator's."""
    work = BulkWork(kind=plan.kind, value=value, made_by=by.name, made_by_id=by.user_id or 0, made_at=at)
    db.session.add(work)
    db.session.flush()
    steps = [(row, StepState.WAITING, "") for row in plan.wanted]
    steps += [(row, StepState.SKIPPED, reason) for row, reason in plan.left_out]
    db.session.add_all(
        BulkStep(
            work_id=work.id,
            client_id=row.client_id,
            consent_code=row.code,
            state=state,
            reason=reason,
            asked_by_id=by.user_id or 0,
            blockers_before=row.blockers,
        )
        for row, state, reason in steps
    )
    db.session.flush()
    services().queue.later(JOB, work.id)
    return work.id


def get_work(work_id: int) -> WorkView:
    """One work of the portal in scope; raises NotFound."""
    row = db.session.scalar(select(BulkWork).where(BulkWork.id == work_id))
    if row is None:
        raise NotFound("work")
    counted = select(BulkStep.state, func.count()).where(BulkStep.work_id == work_id).group_by(BulkStep.state)
    counts = {str(state): int(number) for state, number in db.session.execute(counted)}
    return WorkView(
        row.id, row.kind, row.value, row.made_by, row.made_by_id, row.made_at,
        row.stopped_at is not None, row.finished_at is not None, row.returned_at is not None,
        row.keeps_before, counts,
    )  # fmt: skip


def list_steps(work_id: int) -> tuple[BulkStep, ...]:
    """The clients of a work: failed ones first, then those under way, done, waiting."""
    rows = db.session.scalars(select(BulkStep).where(BulkStep.work_id == work_id).order_by(BulkStep.id))
    order = [
        StepState.FAILED, StepState.BEGUN, StepState.RETURNING, StepState.DONE, StepState.RETURNED,
        StepState.WAITING, StepState.SKIPPED,
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: order.index(StepState(row.state))))


def repeat_failed(work_id: int, *, by: Author) -> int:
    """Try the failed clients again, and only those, under the name of who asks for it now; returns how many."""
    if get_work(work_id).returned:
        raise NotFound("work")
    failed = update(BulkStep).where(BulkStep.work_id == work_id, BulkStep.state == StepState.FAILED)
    anew = {"state": StepState.WAITING, "reason": "", "run_id": None, "made_id": None}
    anew |= {"done_at": None, "blockers_after": None}
    done = db.session.execute(failed.values(**anew, asked_by_id=by.user_id or 0))
    number = changed_rows(done)
    if number:
        _reopen(work_id)
    return number


def _reopen(work_id: int) -> None:
    db.session.execute(
        update(BulkWork).where(BulkWork.id == work_id).values(finished_at=None, stopped_at=None)
    )
    services().queue.later(JOB, work_id)


def return_work(work_id: int, *, by: Author, at: datetime) -> None:
    """Put back what a work wrote, client by client, where nobody has changed it since. Raises NotFound where that cannot be."""
    if not get_work(work_id).may_return:
        raise NotFound("work")
    mine = update(BulkWork).where(BulkWork.id == work_id, BulkWork.returned_at.is_(None))
    values = {"returned_at": at, "returned_by": by.name, "finished_at": None}
    if not changed_rows(db.session.execute(mine.values(**values))):
        raise NotFound("work")
    done = update(BulkStep).where(BulkStep.work_id == work_id, BulkStep.state == StepState.DONE)
    written = done.where(BulkStep.reason == "")
    db.session.execute(written.values(state=StepState.RETURNING, asked_by_id=by.user_id or 0))
    services().queue.later(JOB, work_id)


def stop_work(work_id: int, *, at: datetime) -> None:
    """Stop a work: clients that wait are left out; what was begun in its own portal ends there."""
    get_work(work_id)
    waiting = update(BulkStep).where(BulkStep.work_id == work_id, BulkStep.state == StepState.WAITING)
    db.session.execute(waiting.values(state=StepState.FAILED, reason="stopped", done_at=at))
    db.session.execute(update(BulkWork).where(BulkWork.id == work_id).values(stopped_at=at))
    services().queue.later(JOB, work_id)


def work_on(work_id: int) -> None:
    """Do the clients that wait, each in a transaction of its own, and see what became of those that were begun.

    May be killed at any moment: what was committed is not done again, the rest waits for the next turn.
    """
    with every_portal():
        work = db.session.get(BulkWork, work_id)
        portal_id = work.portal_id if work else None
    db.session.commit()
    if portal_id is None:
        return
    began = time.monotonic()
    for step_id in _ids(portal_id, work_id, StepState.WAITING):
        _alone(portal_id, step_id, do_step)
        if time.monotonic() - began > SECONDS:
            break
    for step_id in _ids(portal_id, work_id, StepState.RETURNING):
        _alone(portal_id, step_id, undo_step)
        if time.monotonic() - began > SECONDS:
            break
    for step_id in _ids(portal_id, work_id, StepState.BEGUN):
        _alone(portal_id, step_id, settle_step)
    _finish(portal_id, work_id)


def _ids(portal_id: int, work_id: int, state: StepState) -> list[int]:
    query = select(BulkStep.id).where(BulkStep.work_id == work_id, BulkStep.state == state)
    with portal_scope(portal_id):
        found = list(db.session.scalars(query.order_by(BulkStep.id)))
    db.session.commit()
    return found


def _alone(portal_id: int, step_id: int, work: Callable[[int, datetime], None]) -> None:
    """Do one client; a failure is written down and does not stop the others."""

    def one(owner: int) -> bool:
        with portal_scope(owner):
            work(step_id, services().clock.now())
        return True

    if alone(portal_id, one) is None:
        with portal_scope(portal_id):
            lost = update(BulkStep).where(BulkStep.id == step_id, BulkStep.state.in_(OPEN))
            state = StepState.DONE if work is undo_step else StepState.FAILED
            db.session.execute(lost.values(state=state, reason="error", done_at=services().clock.now()))
            db.session.commit()


def _finish(portal_id: int, work_id: int) -> None:
    """Write the end when no client is open; else look again, at once while clients wait."""
    with portal_scope(portal_id):
        work = get_work(work_id)
        counts = work.counts
        if not any(counts.get(state) for state in OPEN):
            ended = update(BulkWork).where(BulkWork.id == work_id, BulkWork.finished_at.is_(None))
            db.session.execute(ended.values(finished_at=services().clock.now()))
        else:
            waits = counts.get(StepState.WAITING) or counts.get(StepState.RETURNING)
            later = LOOK_AT_COPIES if work.kind == BulkKind.COPY else LOOK_AGAIN
            services().queue.later(JOB, work_id, delay=0 if waits else later)
        db.session.commit()


def unfinished_works() -> Iterator[tuple[int]]:
    """The works that are not at their end, each in the scope of its portal."""
    with every_portal():
        query = select(BulkWork.portal_id, BulkWork.id).where(BulkWork.finished_at.is_(None))
        found = db.session.execute(query).all()
    for portal_id, work_id in found:
        with portal_scope(portal_id):
            yield (work_id,)
