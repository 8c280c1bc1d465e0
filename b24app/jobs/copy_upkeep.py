"""Jobs that look after copies: the night's copy, the one after an activation, a look at the storage, thinning."""

from b24app.backup.proofs.retention import thin_copies
from b24app.backup.proofs.storage_look import look_at_storage
from b24app.backup.proofs.stray_packs import sweep_strays
from b24app.backup.proofs.triggers import copies_after_activation, copy_by_night
from b24app.database import db, portal_scope
from b24app.jobs.job import Job, Lane
from b24app.services import services


def thin_copies_of(portal_id: int) -> None:
    """Forget what nothing keeps, step by step, so that no worker is held for long."""
    if thin_copies(portal_id).more:
        with portal_scope(portal_id):
            services().queue.later("thin_copies", portal_id)
        db.session.commit()
    else:
        sweep_strays(portal_id)


JOBS = (
    Job("copy_by_night", copy_by_night, lane=Lane.NIGHTLY, night=True),
    Job("copies_after_activation", copies_after_activation, hour="*", minute="*/15"),
    Job("look_at_storage", look_at_storage, lane=Lane.NIGHTLY, night=True),
    Job("thin_copies", thin_copies_of, lane=Lane.NIGHTLY, heavy=True, deadline=900),
)
