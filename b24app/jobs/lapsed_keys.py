"""The job that erases keys which were handed over and not taken in time."""

from b24app.backup.archive.held_keys import forget_lapsed
from b24app.jobs.job import Job

JOBS = (Job("forget_lapsed_keys", forget_lapsed, hour="*", minute="*/2"),)
