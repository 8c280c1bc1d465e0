"""Every putting back that was begun, the newest first: what, by whom, what came of it, and until when it can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from sqlalchemy import func, select

from b24app.backup.restore.came_back import BACK, CameBack, RestoreOutcome, left_behind
from b24app.backup.restore.model import Restore, RestoreLine, RestoreState
from b24app.backup.restore.plan import RestoreSource, load_plan
from b24app.backup.restore.undoing import DONE as WRITTEN
from b24app.database import db
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.access import framed
from b24app.web.page_drawing import page

blueprint = Blueprint("restore_list", __name__)
MOST = 60
STATES: Mapping[str, tuple[str, str]] = {
    RestoreState.STOPPED: ("warn", N_("stopped")),
    RestoreState.NEEDS_KEY: ("warn", N_("waits for the key")),
    RestoreState.FAILED: ("fail", N_("did not come through")),
}
GOING = ("unknown", N_("under way"))
TAKEN_BACK = ("na", N_("taken back"))
PUT_BACK: Mapping[RestoreOutcome, str] = {
    RestoreOutcome.NOTHING: N_("nothing came back"), RestoreOutcome.PART: N_("part of it"), RestoreOutcome.WHOLE: N_("is back"),
}  # fmt: skip
UNDONE: Mapping[RestoreOutcome, str] = {
    RestoreOutcome.NOTHING: N_("nothing was taken back"), RestoreOutcome.PART: N_("part of it was taken back"),
    RestoreOutcome.WHOLE: N_("was taken back"),
}  # fmt: skip
"""The text at the end of a restore, and of an undoing."""


@dataclass(frozen=True, slots=True)
class RestoreRow:
    """One putting back in the list; `undo_until` is empty when it cannot be taken back any more."""

    id: int
    title: str
    is_undo: bool
    at: datetime
    by: str
    level: str
    word: str
    back: int
    total: int
    undo_until: datetime | None


def list_restores() -> Sequence[RestoreRow]:
    """Those that were begun; previews that nobody pressed are not among them."""
    begun = select(Restore).where(Restore.begun_at.is_not(None)).order_by(Restore.id.desc()).limit(MOST)
    rows = db.session.scalars(begun).all()
    counts = count_objects(rows)
    return [_row(row, counts[row.id]) for row in rows]


def put_back_since(moment: datetime) -> RestoreRow | None:
    """The newest putting back from a copy that ended after this moment, put something back and was not taken back."""
    ended = (
        Restore.source == RestoreSource.COPY,
        Restore.state == RestoreState.DONE,
        Restore.undone_at.is_(None),
        Restore.ended_at >= moment,
    )
    row = db.session.scalar(select(Restore).where(*ended).order_by(Restore.id.desc()).limit(1))
    counts = count_objects([row])[row.id] if row is not None else CameBack()
    return _row(row, counts) if row is not None and counts.back else None


def count_objects(rows: Sequence[Restore]) -> Mapping[int, CameBack]:
    """What came of the objects of each: their lines, and what its plan could not write."""
    back, written = (func.count().filter(RestoreLine.state.in_(states)) for states in (BACK, WRITTEN))
    query = (
        select(RestoreLine.restore_id, back, written, func.count())
        .where(RestoreLine.restore_id.in_([row.id for row in rows]))
        .group_by(RestoreLine.restore_id)
    )
    lines = {restore_id: counts for restore_id, *counts in db.session.execute(query)}
    found = {}
    for row in rows:
        came, wrote, total = lines.get(row.id, (0, 0, 0))
        plan = load_plan(row.plan)
        found[row.id] = CameBack(came, wrote, total + (left_behind(plan) if plan is not None else 0))
    return found


def _row(row: Restore, counts: CameBack) -> RestoreRow:
    level, word = _outcome(row, counts)
    may_undo = row.undone_at is None and counts.written > 0
    open_until, now = row.undo_until if may_undo else None, services().clock.now()
    return RestoreRow(
        row.id,
        row.title,
        row.source == RestoreSource.UNDO,
        row.ended_at or row.begun_at or row.created_at,
        row.asked_by_name,
        level,
        word,
        counts.back,
        counts.total,
        open_until if open_until is not None and open_until > now else None,
    )


def _outcome(row: Restore, counts: CameBack) -> tuple[str, str]:
    """Level and word: one that ended is called by what came of it."""
    if row.undone_at is not None:
        return TAKEN_BACK
    if row.state != RestoreState.DONE:
        return STATES.get(row.state, GOING)
    words = UNDONE if row.source == RestoreSource.UNDO else PUT_BACK
    return "pass" if counts.outcome is RestoreOutcome.WHOLE else "warn", words[counts.outcome]


@blueprint.get("/restore/all")
@framed(admin=True, right=Right.RESTORE)
def show_restores(frame: Frame) -> str:
    """The list; each line opens the page of that putting back."""
    return page("restore/all.html", frame, restores=list_restores())
