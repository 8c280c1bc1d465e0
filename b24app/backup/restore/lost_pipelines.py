"""Pipelines of a mass loss: they are restored from kept settings, before the items that were in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind, LossView
from b24app.backup.proofs.watched_kinds import kind_number
from b24app.backup.restore.choosing import NOTHING_TO_RETURN, RowsAt, VersionMoments, chosen_by
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import RestoreChoice, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.writer import Line, writers_of_line
from b24app.comparison.compare import Difference
from b24app.database import db
from b24app.errors import BadInput
from b24app.terms.term import Author

PIPELINE = "pipeline"


def lost_pipelines(losses: Sequence[LossView]) -> list[LossView]:
    """Pipelines that can be made again; a smart process deleted with all of them cannot."""
    return [one for one in losses if one.kind is LossKind.PIPELINE and one.key != WHOLE_TYPE]


def is_put_back(loss: LossView) -> bool:
    """Whether a restore that was begun from this loss has ended, and was not undone."""
    ended = Restore.state == RestoreState.DONE, Restore.undone_at.is_(None), Restore.loss_id == loss.id
    return db.session.scalar(select(Restore.id).where(*ended).limit(1)) is not None


def prepare_pipeline(loss: LossView, *, by: Author, at: datetime) -> int:
    """Make the preview of a pipeline with its stages, as they were kept before the loss; returns its id."""
    if not lost_pipelines([loss]):
        raise BadInput(NOTHING_TO_RETURN)
    key = f"{kind_number(loss.entity)}:{loss.key}"
    moments = VersionMoments(loss.since, loss.since, loss.found_at)
    line = Line(PIPELINE, key, loss.name, "", Difference.LOST, {}, (), RowsAt(loss.since), loss.since)
    choices: list[RestoreChoice] = []
    for writer in writers_of_line(PIPELINE):
        choices += chosen_by(writer, line, moments)
    return prepare(
        choices, source=RestoreSource.CHANGES, title=loss.name, by=by, at=at, as_of=loss.since, loss_id=loss.id
    )  # fmt: skip
