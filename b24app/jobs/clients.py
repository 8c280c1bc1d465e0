"""Jobs of the integrators' boards: summaries of clients whose state or day has changed, work on many clients, requests for dates."""

from b24app.integrators.bulk.request_notices import notify_date_requests, remind_date_requests
from b24app.integrators.bulk_work import unfinished_works, work_on
from b24app.integrators.summaries import remake_changed
from b24app.jobs.job import Job, Lane

JOBS = (
    Job("remake_summaries", remake_changed, hour="*", minute="*"),
    Job("work_on_clients", work_on, lane=Lane.PEOPLE, unfinished=unfinished_works),
    Job("tell_date_requests", notify_date_requests, lane=Lane.REMINDERS),
    Job("remind_date_requests", remind_date_requests, hour="6", minute="25", lane=Lane.NIGHTLY, deadline=900),
)
"""The first runs every minute; a turn of either ends by itself in time."""
