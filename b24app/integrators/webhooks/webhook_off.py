"""Notifies an integrator's owners that nothing is sent to an address any more, once for each time."""

from sqlalchemy import select

from b24app.bitrix24.masking import mask_address
from b24app.database import db, portal_scope
from b24app.integrators.consent_notices import keep_for_integrator
from b24app.integrators.webhooks.model import WebhookAddress
from b24app.integrators.webhooks.webhook_states import WebhookState
from b24app.reminders.kinds.webhook_notice import CODE, draft_webhook_off
from b24app.text.host_names import for_people


def notify_webhook_off(portal_id: int, address_id: int) -> None:
    """Notify the owners; of an address that works again, or was removed, nothing is sent."""
    with portal_scope(portal_id):
        row = db.session.scalar(select(WebhookAddress).where(WebhookAddress.id == address_id))
        if row is None or row.state not in (WebhookState.GONE, WebhookState.SILENT):
            return
        key = f"{CODE}:{address_id}:{row.changed_at.isoformat()}"
        draft = draft_webhook_off(for_people(mask_address(row.url)), gone=row.state == WebhookState.GONE)
    keep_for_integrator(portal_id, CODE, key, key, draft)
