"""Jobs of the settings by night, and of the list of their changes."""

from b24app.backup.settings_versions.authors import name_authors
from b24app.backup.settings_versions.change_list import list_run, runs_to_list
from b24app.backup.settings_versions.nightly import keep_settings, keep_settings_of_baseline
from b24app.checklist.model import Run
from b24app.database import db, portal_scope
from b24app.jobs.job import Job, Lane
from b24app.services import services


def list_changes(portal_id: int, run_id: int) -> None:
    """Add what a run found changed to the list of the year, then ask the portal who did it."""
    with portal_scope(portal_id):
        runs = runs_to_list(run_id) if db.session.get(Run, run_id) is not None else []
    for number in runs:
        with portal_scope(portal_id):
            found = list_run(number, services().clock.now())
            db.session.commit()
        if found:
            name_authors(portal_id, number)


JOBS = (
    Job("keep_settings", keep_settings, lane=Lane.NIGHTLY, heavy=True, night=True, deadline=600),
    Job("keep_settings_of_baseline", keep_settings_of_baseline, lane=Lane.NIGHTLY, heavy=True, deadline=600),
    Job("list_changes", list_changes),
)
