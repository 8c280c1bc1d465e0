"""Closes the alarm of a mass loss when all that was lost is back, and opens it again when that is undone."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from b24app.backup.proofs.open_losses import ClosedHow, LossView, close_loss, get_loss, reopen_loss
from b24app.backup.restore.came_back import BACK, THERE
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import Action, RestorePlan, load_plan
from b24app.backup.restore.undoing import lines_of
from b24app.database import db
from b24app.errors import NotFound
from b24app.terms.term import Author


def close_returned_loss(row: Restore, plan: RestorePlan, at: datetime) -> None:
    """End the alarm that a finished restore was begun from, only when nothing of it is missing."""
    loss = _loss(row)
    if loss is None or loss.closed_at is not None or _lacks_something(row, plan):
        return
    back = set(_back(loss))
    if {str(one) for one in loss.ids} <= back and len(back) >= loss.lost:
        close_loss(loss.id, ClosedHow.RESTORED, "", by=Author(row.asked_by, row.asked_by_name), at=at)


def reopen_returned_loss(row: Restore, at: datetime) -> None:
    """Reopen the alarm that a restore had ended, after that restore was undone."""
    loss = _loss(row)
    if loss is not None and loss.closed_how == ClosedHow.RESTORED:
        reopen_loss(loss.id, by=Author(row.asked_by, row.asked_by_name), at=at)


def _loss(row: Restore) -> LossView | None:
    if row.loss_id is None:
        return None
    try:
        return get_loss(row.loss_id)
    except NotFound:
        return None


def _lacks_something(row: Restore, plan: RestorePlan) -> bool:
    """Whether a line was refused, left, or lost a part, or the preview had something that it could not put back."""
    cut = any(line.state not in BACK or line.why for line in lines_of(row.id))
    return cut or any(one.objects and one.why.message not in THERE for one in plan.of(Action.CANNOT))


def _back(loss: LossView) -> Iterator[str]:
    """The former numbers of items that restores of this loss have brought back, or found in the portal."""
    mine = select(Restore).where(
        Restore.loss_id == loss.id, Restore.state == RestoreState.DONE, Restore.undone_at.is_(None)
    )
    for row in db.session.scalars(mine).all():
        for line in lines_of(row.id):
            if line.entity == loss.entity and line.state in BACK and not line.why:
                yield line.key
        plan = load_plan(row.plan)
        for one in plan.of(Action.CANNOT) if plan is not None else ():
            if one.entity == loss.entity and one.why.message in THERE:
                yield one.key
