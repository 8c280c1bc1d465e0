"""Jobs of the copy: its steps."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.backup.model import UNDER_WAY, BackupCopy
from b24app.backup.reading.resting import fail_copy, rest_interrupted
from b24app.backup.reading.steps import make_copy
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.execution import INTERRUPTED
from b24app.jobs.job import Ids, Job, Lane
from b24app.services import services

DEADLINE = 900.0
"""A list without an order is read in one step, however long it is."""


def _unfinished() -> Iterator[Ids]:
    """Copies that wait for a worker, each in the scope of its portal."""
    wanted = select(BackupCopy.portal_id, BackupCopy.id).where(BackupCopy.state.in_(UNDER_WAY))
    with every_portal():
        found = db.session.execute(wanted.order_by(BackupCopy.id)).all()
    for portal_id, copy_id in found:
        with portal_scope(portal_id):
            yield (copy_id,)


def _failed(words: str, copy_id: int) -> None:
    """Try a step whose workers died again and again anew after a rest: what was read is in the storage."""
    with every_portal():
        copy = db.session.get(BackupCopy, copy_id)
    if copy is None:
        return
    with portal_scope(copy.portal_id):
        delay = rest_interrupted(copy_id, words) if words == INTERRUPTED else None
        if delay is None:
            fail_copy(copy_id, words)
        else:
            services().queue.later("make_copy", copy_id, delay=delay)


JOBS = (
    Job(
        "make_copy",
        make_copy,
        lane=Lane.NIGHTLY,
        heavy=True,
        deadline=DEADLINE,
        failed=_failed,
        unfinished=_unfinished,
    ),
)
