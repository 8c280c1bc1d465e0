"""Jobs behind the page of the copy: the estimate of a full copy, and the transfer of exported files into the storage."""

from b24app.backup.copy_estimate import estimate_copy
from b24app.backup.guided_exports import store_exports, waiting_portals
from b24app.jobs.job import Job, Lane

JOBS = (
    Job("store_exports", store_exports, lane=Lane.PEOPLE, deadline=600, unfinished=waiting_portals),
    Job("estimate_copy", estimate_copy, lane=Lane.PEOPLE, deadline=120),
)
"""One waiting job a portal and kind."""
