"""Jobs that notify an integrator's people of their clients: the look for what turned red, the digest of Monday, tasks about what broke."""

from b24app.integrators.alerts.alert_looks import LOOK, look_at_all, look_at_clients_of
from b24app.integrators.alerts.alert_messages import write_alerts
from b24app.integrators.alerts.alert_tasks import FOLLOW, follow_alert_task
from b24app.integrators.alerts.week_messages import write_digests, write_week
from b24app.jobs.job import Job, Lane

WRITERS = (write_alerts, write_week)
"""The writers of such messages: imported here, so that every process that sends has them."""

JOBS = (
    Job("look_at_clients", look_at_all, hour="*", minute="*"),
    Job(LOOK, look_at_clients_of, lane=Lane.REMINDERS),
    Job(FOLLOW, follow_alert_task),
    Job("write_client_digests", write_digests, hour="*", minute="*/5", lane=Lane.REMINDERS),
)
