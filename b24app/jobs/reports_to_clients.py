"""Jobs of the reports to clients: drafts that fall due, each integrator by itself; letters that are due, and how they ended."""

from b24app.integrators.client_reports.report_mails import send_reports
from b24app.integrators.client_reports.report_turns import JOB, begin_reports, make_reports
from b24app.jobs.job import Job, Lane

JOBS = (
    Job("begin_reports", begin_reports, hour="*", minute="25"),
    Job(JOB, make_reports, lane=Lane.NIGHTLY),
    Job("send_client_reports", send_reports, hour="*", minute="*", lane=Lane.REMINDERS),
)
"""A turn of the second ends by itself in time and asks for the next one."""
