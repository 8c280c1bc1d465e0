"""Commands of people: begin a restore, allow it in this portal, stop, continue or undo it. One at a time in a portal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from b24app.backup.model import BackupPlan
from b24app.backup.restore.ending import check_again
from b24app.backup.restore.model import UNDER_WAY, Restore, RestoreState
from b24app.backup.restore.plan import RestoreSource, dump_plan, load_plan
from b24app.backup.restore.planning import OTHER_RELEASE, get_restore, prepare
from b24app.database import db
from b24app.errors import AppError, BadInput, NotFound
from b24app.services import services
from b24app.single_rows import single_row
from b24app.terms.term import Author
from b24app.text.messages import N_

UNDO_OVER = N_("It can be taken back for 30 days only, and they are over.")
NOTHING_CHOSEN = N_("Nothing is left to put back.")


class RestoreBusy(AppError):
    """Another restore of this portal writes, or is about to."""

    status = 409
    public = N_("Another restore is under way. Wait until it has ended.")


class RestoreNotAllowed(AppError):
    """Restores in this portal are not allowed yet."""

    status = 409
    public = N_("Putting back is not allowed in this portal yet.")


@dataclass(frozen=True, slots=True)
class RestorePermission:
    """Who has allowed restores in this portal, and when; not allowed yet where `at` is None."""

    at: datetime | None = None
    by: str = ""


def read_permission() -> RestorePermission:
    """Whether restores are allowed here."""
    row = db.session.scalar(select(BackupPlan))
    return (
        RestorePermission(row.restore_allowed_at, row.restore_allowed_name)
        if row is not None
        else RestorePermission()
    )


def allow_restores(*, by: Author, at: datetime) -> None:
    """Allow restores in this portal, from now on; off by default."""
    row = single_row(BackupPlan)
    if row.restore_allowed_at is None:
        row.restore_allowed_at, row.restore_allowed_by = at, by.user_id or 0
        row.restore_allowed_name = by.name[:255]


def forbid_restores() -> None:
    """Revoke the permission; a restore under way ends its batch and stops."""
    row = db.session.scalar(select(BackupPlan))
    if row is not None:
        row.restore_allowed_at, row.restore_allowed_by, row.restore_allowed_name = None, 0, ""
    going = restore_under_way()
    if going is not None:
        going.stopping = True


def restore_under_way() -> Restore | None:
    """The restore of this portal that writes, or is about to."""
    return db.session.scalar(select(Restore).where(Restore.active.is_(True)))


def begin(restore_id: int, *, by: Author, left_out: Sequence[str] = ()) -> None:
    """Begin to write a preview; one that was begun already stays as it is, so that a second press does nothing."""
    if read_permission().at is None:
        raise RestoreNotAllowed
    row = get_restore(restore_id)
    plan = load_plan(row.plan)
    if row.state != RestoreState.PREVIEW:
        return
    if plan is None:
        raise BadInput(OTHER_RELEASE)
    groups = {one.group for one in plan.operations if one.group}
    plan = replace(plan, left_out=tuple(sorted(groups & set(left_out))))
    if not plan.is_read or not plan.to_write:
        raise BadInput(NOTHING_CHOSEN)
    _activate(restore_id, RestoreState.PREVIEW, by, dump_plan(plan))
    services().queue.later("put_back", restore_id)


def go_on(restore_id: int, *, by: Author) -> None:
    """Continue what was stopped or cut short; not once its undo was begun, which does not cover later writes."""
    if read_permission().at is None:
        raise RestoreNotAllowed
    row = get_restore(restore_id)
    is_stopped = row.state == RestoreState.STOPPED and row.undone_at is None
    if is_stopped and undo_begun(restore_id) is None:
        _activate(restore_id, RestoreState.STOPPED, by, row.plan)
        services().queue.later("put_back", restore_id)


def undo_begun(restore_id: int) -> Restore | None:
    """The undo of a restore that was begun and has not ended."""
    mine = Restore.undoes_id == restore_id, Restore.begun_at.is_not(None), Restore.state != RestoreState.DONE
    return db.session.scalar(select(Restore).where(*mine).order_by(Restore.id.desc()).limit(1))


def _activate(restore_id: int, state: RestoreState, by: Author, plan: bytes) -> None:
    """Take the one place of this portal; raises RestoreBusy when another restore has it."""
    values = {
        "state": RestoreState.WAITING, "active": True, "stopping": False, "error": "", "ended_at": None,
        "asked_by": by.user_id, "asked_by_name": by.name[:255], "plan": plan,
    }  # fmt: skip
    mine = update(Restore).where(Restore.id == restore_id, Restore.state == state).values(**values)
    try:
        with db.session.begin_nested():
            db.session.execute(mine.execution_options(synchronize_session="fetch"))
    except IntegrityError:
        raise RestoreBusy from None


def stop(restore_id: int) -> None:
    """Finish the batch under way, then stop."""
    row = get_restore(restore_id)
    if row.state in UNDER_WAY:
        row.stopping = True
        services().queue.later("put_back", restore_id)


def note_by_hand(restore_id: int, *, done: bool, by: Author, at: datetime) -> None:
    """Mark what was left for a person as done, or take the mark back; then the checks concerned run again."""
    row = get_restore(restore_id)
    if row.state != RestoreState.DONE:
        raise NotFound("restore")
    row.by_hand_at, row.by_hand_name = (at, by.name[:255]) if done else (None, "")
    plan = load_plan(row.plan)
    if done and plan is not None:
        check_again(row, plan)


def start_undo(restore_id: int, *, by: Author, at: datetime) -> int:
    """Make the preview of the undo, which is a restore of its own; one that exists already is shown again."""
    row = get_restore(restore_id)
    if row.undoes_id is not None or row.undone_at is not None or row.state in UNDER_WAY:
        raise NotFound("undo")
    if row.state == RestoreState.DONE and (row.undo_until is None or row.undo_until < at):
        raise BadInput(UNDO_OVER)
    if row.begun_at is None:
        raise NotFound("undo")
    mine = select(Restore).where(Restore.undoes_id == restore_id, Restore.state != RestoreState.DONE)
    going = db.session.scalar(mine.order_by(Restore.id.desc()).limit(1))
    if going is not None and going.state != RestoreState.PREVIEW:
        return going.id
    plan = load_plan(row.plan)
    return prepare(
        (), source=RestoreSource.UNDO, title=row.title, by=by, at=at,
        as_of=row.begun_at, checks=plan.checks if plan else (), undoes_id=restore_id,
    )  # fmt: skip
