"""Jobs of webhooks: what happened at clients is noticed every minute and sent to each address by a job of its own."""

from b24app.integrators.webhooks.event_watch import SEND, watch_clients, watch_webhooks
from b24app.integrators.webhooks.webhook_off import notify_webhook_off
from b24app.integrators.webhooks.webhook_sending import (
    TELL,
    prune_webhooks,
    send_webhooks,
    unsent_addresses,
)
from b24app.jobs.job import Job, Lane


def send_to_address(portal_id: int, address_id: int) -> None:
    """Send what is due to one address."""
    send_webhooks(portal_id, address_id)


JOBS = (
    Job("watch_webhooks", watch_webhooks, hour="*", minute="*"),
    Job("watch_clients", watch_clients, lane=Lane.WEBHOOKS),
    Job(SEND, send_to_address, lane=Lane.WEBHOOKS, unfinished=unsent_addresses),
    Job(TELL, notify_webhook_off, lane=Lane.REMINDERS),
    Job("prune_webhooks", prune_webhooks, hour="4", minute="20", lane=Lane.NIGHTLY),
)
