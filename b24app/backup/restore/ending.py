"""How a step of a restore ends: done, stopped, resting until the next one, or back at its preview."""

from datetime import datetime, timedelta

import structlog

from b24app.backup.archive.held_keys import forget_key
from b24app.backup.restore.came_back import BACK
from b24app.backup.restore.data.copy_access import purpose_of
from b24app.backup.restore.data.returned_losses import close_returned_loss, reopen_returned_loss
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import RestorePlan, RestoreSource
from b24app.backup.restore.planning import get_restore, portal_of_restore
from b24app.backup.restore.undoing import lines_of
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import latest_run, step
from b24app.database import db, portal_scope
from b24app.errors import LimitReached, NotFound, PortalError, WriteUncertain
from b24app.services import services

LIMIT_REST_SECONDS = 60.0
UNDO_FOR = timedelta(days=30)
log = structlog.get_logger(__name__)


def go_on_later(row: Restore, seconds: float) -> None:
    """Ask for the next step."""
    row.state = RestoreState.WAITING
    services().queue.later("put_back", row.id, delay=seconds)


def finish(row: Restore, plan: RestorePlan) -> None:
    """End a restore after its last write: the undo is open for thirty days, and the checks concerned run again."""
    now = services().clock.now()
    row.state, row.active, row.stopping, row.ended_at = RestoreState.DONE, None, False, now
    row.undo_until = now + UNDO_FOR
    if row.source == RestoreSource.COPY:
        forget_key(purpose_of(row.id))
    if row.undoes_id is not None:
        row.undo_until = None
        _note_undone(get_restore(row.undoes_id), row.id, now)
    db.session.flush()
    close_returned_loss(row, plan, now)
    check_again(row, plan)


def _note_undone(undone: Restore, undo_id: int, at: datetime) -> None:
    """Mark a restore as undone, unless every line of its undo was refused or left: then it may be tried again."""
    if any(line.state in BACK for line in lines_of(undo_id)):
        undone.undone_at = at
        reopen_returned_loss(undone, at)


def check_again(row: Restore, plan: RestorePlan) -> None:
    """Run the checks concerned again: the portal's answer decides."""
    run = latest_run(finished=True)
    if run is None:
        return
    row.checks_run_id = run.id
    for code in plan.checks:
        try:
            rerun(run.id, code)
        except NotFound:  # a check of an older release
            log.info("a check is no more", code=code)


def show_again(row: Restore, error: str) -> None:
    """Return a restore that has written nothing to its preview, which waits for another press."""
    row.state, row.active, row.stopping, row.error = RestoreState.PREVIEW, None, False, error


def stop_here(row: Restore, error: str) -> None:
    """Stop until a person continues or undoes what was done."""
    if row.source == RestoreSource.COPY:
        forget_key(purpose_of(row.id))
    row.state, row.active, row.stopping, row.error = RestoreState.STOPPED, None, False, error
    row.ended_at = services().clock.now()


def rest_or_stop(restore_id: int, no: PortalError) -> None:
    """Let the restore rest at a limit; any other refusal of the portal stops it until a person continues."""
    with step():
        row = get_restore(restore_id)
        if row.state != RestoreState.RUNNING:
            return
        if isinstance(no, LimitReached | WriteUncertain):
            go_on_later(row, LIMIT_REST_SECONDS)
        elif row.begun_at is None:
            show_again(row, no.public)
        else:
            stop_here(row, no.public)


def fail_restore(words: str, restore_id: int) -> None:
    """Stop a restore, or a preview, whose job was given up, and store the reason."""
    portal_id = portal_of_restore(restore_id)
    if portal_id is None:
        return
    with portal_scope(portal_id):
        row = get_restore(restore_id)
        if row.state not in {RestoreState.READING, RestoreState.RUNNING, RestoreState.WAITING}:
            return
        if row.begun_at is None:
            show_again(row, words)
        else:
            stop_here(row, words)
        db.session.flush()  # the commit is outside of the portal's scope
