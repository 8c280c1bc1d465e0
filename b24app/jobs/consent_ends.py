"""Jobs of what clients give to integrators: both sides are notified, and what is over by its day is kept as ended."""

from b24app.integrators.consent_notices import look_after_consents, notify_consents
from b24app.jobs.job import Job, Lane

JOBS = (
    Job("tell_consents", notify_consents, lane=Lane.REMINDERS),
    Job("look_after_consents", look_after_consents, hour="4", minute="5", lane=Lane.NIGHTLY, deadline=900),
)
