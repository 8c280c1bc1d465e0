"""Operations on copies: begin, pause, resume or stop one, and find the one under way. Written in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from b24app.backup.model import OPEN, UNDER_WAY, BackupCopy, BackupPlan, CopyKind, CopyState, TargetKind
from b24app.backup.reading.chain import base_for, mark_of
from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.portals.model import day_at
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

PRESSED = "pressed"
"""Key among the proofs of a copy: who paused or stopped it, and when."""
NO_KEY = N_("Make the key first: without it nobody could open the copy.")
NO_TARGET = N_("Choose first where the copy goes.")
NO_DATA = N_(
    "“Clients and shop” is switched off: there is nothing to copy. Switch it on under “Storage and key”."
)


def start_copy(kind: CopyKind, *, by: Author, at: datetime) -> BackupCopy:
    """Begin a copy; when one is under way, return that one, resumed if it was paused.

    Raises BadInput without a key or a target, and where people chose that no data is copied.
    """
    running = open_copy()
    if running is not None:
        return _go_on(running, by=by, at=at)
    plan = db.session.scalar(select(BackupPlan))
    if plan is None or not plan.recipient or plan.key_kept_at is None:
        raise BadInput(NO_KEY, "key")
    if plan.target_kind == TargetKind.NONE:
        raise BadInput(NO_TARGET, "target")
    if not plan.with_data:
        raise BadInput(NO_DATA, "data")
    base = base_for(kind, plan, at)
    copy = BackupCopy(
        kind=kind, state=CopyState.WAITING, base_id=base.id if base else None, with_files=plan.with_files,
        asked_by=by.user_id or 0, asked_by_name=by.name[:255], created_at=at, chain_mark=mark_of(plan),
        sealed_for=" ".join(one for one in (plan.recipient, plan.second_recipient) if one),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(copy)
    except IntegrityError:  # another press, or the night, was first at the same moment
        running = open_copy()
        if running is None:
            raise NotFound("copy") from None
        return _go_on(running, by=by, at=at)
    copy.folder = f"{day_at(at):%Y-%m-%d}-{copy.id}"
    services().queue.later("make_copy", copy.id)
    return copy


def _go_on(running: BackupCopy, *, by: Author, at: datetime) -> BackupCopy:
    """The copy under way; a paused one is resumed."""
    return resume_copy(by=by, at=at) if running.state == CopyState.PAUSED else running


def pause_copy(*, by: Author, at: datetime) -> BackupCopy:
    """Pause the copy under way; what was read is kept."""
    return _press(_move(UNDER_WAY - {CopyState.PROVING}, CopyState.PAUSED), CopyState.PAUSED, by, at)


def resume_copy(*, by: Author, at: datetime) -> BackupCopy:  # noqa: ARG001 - the same for every verb
    """Resume a paused copy, or one that rests, now."""
    copy = _move({CopyState.PAUSED, CopyState.RESTING}, CopyState.READING, rests_until=None)
    services().queue.later("make_copy", copy.id)
    return copy


def stop_copy(*, by: Author, at: datetime) -> BackupCopy:
    """End the copy for good; the next one continues from what it has stored."""
    return _press(_move(OPEN, CopyState.STOPPED, ended_at=at), CopyState.STOPPED, by, at)


def _press(copy: BackupCopy, state: CopyState, by: Author, at: datetime) -> BackupCopy:
    """Store who paused or stopped a copy; a press that came too late changes nothing."""
    if copy.state == state:
        copy.proofs = {
            **copy.proofs,
            PRESSED: {"state": state.value, "by": by.name[:255], "at": at.isoformat()},
        }
    return copy


def open_copy() -> BackupCopy | None:
    """The copy that is under way or paused."""
    return db.session.scalar(
        select(BackupCopy).where(BackupCopy.state.in_(OPEN)).order_by(BackupCopy.id.desc()).limit(1)
    )


def _move(states: Collection[str], state: CopyState, **values: object) -> BackupCopy:
    """Change the state of the open copy in one statement: of two presses and a worker only one does it."""
    copy = open_copy()
    if copy is None:
        raise NotFound("copy")
    moved = update(BackupCopy).where(BackupCopy.id == copy.id, BackupCopy.state.in_(states))
    db.session.execute(moved.values(state=state, **values).execution_options(synchronize_session=False))
    db.session.refresh(copy)
    return copy
