"""Jobs of standards: the task of a difference is set in the integrator's portal, and completed when the value agrees again."""

from b24app.integrators.standards.deviation_tasks import (
    fail_deviation_task,
    keep_deviation_task,
    open_deviation_tasks,
)
from b24app.jobs.job import Job, Lane

JOBS = (
    Job(
        "keep_deviation_task",
        keep_deviation_task,
        lane=Lane.PEOPLE,
        failed=fail_deviation_task,
        unfinished=open_deviation_tasks,
    ),
)
