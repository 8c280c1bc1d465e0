"""Keeps the lines of a restore: which one is sent, the outcome of each, how long the portal may still be executing one."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update

from b24app.backup.restore.batches import BatchOutcome, Sent
from b24app.backup.restore.model import OPEN_LINES, Restore, RestoreLine, RestoreLineState, RestoreState
from b24app.backup.restore.plan import Operation
from b24app.checklist.engine.runs import step
from b24app.database import changed_rows, db
from b24app.services import services


def send_with_lines(
    restore_id: int,
    told: Sequence[BatchOutcome],
    ready: Sequence[Operation],
    send: Callable[[Sequence[Operation]], Sent],
) -> None:
    """Store what needs no sending, mark the rest as sent, send it, store its answers, each in a transaction.

    Raises the error that kept the portal as a whole from answering.
    """
    with step():
        note(restore_id, told)
        mine = [one for one in ready if mark_sent(restore_id, one.number)]
    if not mine:
        return
    sent = send(mine)
    with step():
        note(restore_id, sent.outcomes)
    if sent.trouble is not None:
        raise sent.trouble


def mark_sent(restore_id: int, number: int) -> bool:
    """Mark a line before it goes out; False when another worker has it, or the restore does not run any more."""
    running = select(Restore.id).where(Restore.id == restore_id, Restore.state == RestoreState.RUNNING)
    mine = (
        RestoreLine.restore_id == restore_id,
        RestoreLine.number == number,
        RestoreLine.state.in_(OPEN_LINES),
    )
    sent = {"state": RestoreLineState.SENT, "at": services().clock.now()}
    return changed(update(RestoreLine).where(*mine, running.exists()).values(**sent))


def note(restore_id: int, outcomes: Sequence[BatchOutcome]) -> None:
    """Store the outcomes of these."""
    numbers = RestoreLine.number.in_([one.number for one in outcomes])
    mine = select(RestoreLine).where(RestoreLine.restore_id == restore_id, numbers)
    lines = {line.number: line for line in db.session.scalars(mine)}
    for one in outcomes:
        line = lines[one.number]
        line.state, line.why, line.words = one.state, one.why, one.words or None
        line.new_key, line.at = one.id[:255] or line.new_key, services().clock.now()
        line.mark = one.mark[:80] or line.mark


def changed(statement: object) -> bool:
    """Execute an update; returns whether it changed any row."""
    done = db.session.execute(statement.execution_options(synchronize_session="fetch"))  # type: ignore[attr-defined]
    return bool(changed_rows(done))
