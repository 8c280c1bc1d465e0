"""Jobs of the reminders: who still works in a portal, what is due, what waits to be sent."""

import structlog

from b24app.database import db
from b24app.jobs.queue import Job
from b24app.reminders.dispatch import try_channel
from b24app.reminders.due_time import remind_everyone
from b24app.reminders.kinds.employee_messages import pass_report, send_notice
from b24app.reminders.reminder_jobs import remind_portal, send_waiting
from b24app.renewal.renewal_state import ask_people

log = structlog.get_logger(__name__)


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
