"""Jobs of the reminders: who still works in a portal, what is due, what waits to be sent."""

import structlog

from b24app.checklist.engine.owners import named_owners
from b24app.database import db, portal_scope
from b24app.jobs.queue import Job
from b24app.reminders.employee_reports import pass_report
from b24app.reminders.reminder_jobs import (
    remind_everyone,
    remind_portal,
    send_notice,
    send_waiting,
    try_channel,
)
from b24app.renewal.role_holders import ask_people as ask_renewal_people

log = structlog.get_logger(__name__)


def ask_people(portal_id: int) -> None:
    """Ask the portal whether the people of the renewal and of the checks still work there."""
    with portal_scope(portal_id):
        owners = [owner.user_id for owner in named_owners().values() if owner.user_id]
    ask_renewal_people(portal_id, owners)


def remind(portal_id: int) -> None:
    """Ask who still works in the portal, then remind whoever does; a portal that does not answer is reminded as well."""
    try:
        ask_people(portal_id)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - whoever works there, reminders go out
        db.session.rollback()
        log.warning("people were not asked about", portal=portal_id, error=type(error).__name__)
    remind_portal(portal_id)


JOBS = (
    Job("remind_portal", remind),
    Job("remind_everyone", remind_everyone, hour="*", minute="5"),
    Job("ask_people", ask_people),
    Job("try_channel", try_channel),
    Job("send_notice", send_notice),
    Job("send_waiting", send_waiting),
    Job("pass_report", pass_report),
)
