"""Jobs of the integrators' boards: summaries of clients whose state or day has changed, work on many clients."""

from b24app.integrators.bulk_work import unfinished_works, work_on
from b24app.integrators.summaries import remake_changed
from b24app.jobs.job import Job, Lane

JOBS = (
    Job("remake_summaries", remake_changed, hour="*", minute="*"),
    Job("work_on_clients", work_on, lane=Lane.PEOPLE, unfinished=unfinished_works),
)
"""The first runs every minute; a turn of either ends by itself in time."""
