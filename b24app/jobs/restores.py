"""Jobs of putting back: the portal is read for a preview, and a restore that a person has begun is written."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.backup.restore.ending import fail_restore
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.planning import plan_restore
from b24app.backup.restore.running import put_back
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.job import Ids, Job, Lane

WRITING = (RestoreState.WAITING, RestoreState.RUNNING)


def unfinished_previews() -> Iterator[Ids]:
    """The previews for which the portal is still to be read."""
    return _rows(RestoreState.READING)


def unfinished_restores() -> Iterator[Ids]:
    """The restores that wait to be written, or that a dead worker has left."""
    return _rows(*WRITING)


def _rows(*states: RestoreState) -> Iterator[Ids]:
    with every_portal():
        wanted = select(Restore.portal_id, Restore.id).where(Restore.state.in_(states))
        found = db.session.execute(wanted).all()
    for portal_id, row_id in found:
        with portal_scope(portal_id):
            yield (row_id,)


JOBS = (
    Job("plan_restore", plan_restore, lane=Lane.PEOPLE, failed=fail_restore, unfinished=unfinished_previews),
    Job("put_back", put_back, lane=Lane.PEOPLE, failed=fail_restore, unfinished=unfinished_restores),
)
