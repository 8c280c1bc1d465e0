"""Keeping tokens of quiet portals alive: renewed inside their 180 days, never on a tighter schedule."""

from datetime import timedelta

import structlog
from sqlalchemy import select

from b24app.errors import PortalError
from b24app.oauth import DORMANT_DAYS, HOPELESS
from b24app.portals.door import access_store, token_keeper
from b24app.portals.model import Access, InstallStatus, Portal
from b24app.services import services
from b24app.storage import db, every_portal

log = structlog.get_logger(__name__)


def refresh_dormant() -> int:
    """Renew the pairs that nobody has used for 150 days; the daily job (auto-renewal.md)."""
    oldest = services().clock.now() - timedelta(days=DORMANT_DAYS)
    with every_portal():
        found = db.session.execute(
            select(Portal, Access.id)
            .join(Access, Access.portal_id == Portal.id)
            .where(
                Portal.status != InstallStatus.DELETED,
                Access.refreshed_at <= oldest,
                Access.state.not_in(HOPELESS),
            )
        ).all()
    keepers = [(portal.id, token_keeper(portal, access_store(access_id))) for portal, access_id in found]
    db.session.commit()
    renewed = 0
    for portal_id, keeper in keepers:
        try:
            keeper.keep_alive()
            renewed += 1
        except PortalError as error:
            log.warning("dormant tokens were not renewed", portal=portal_id, error=type(error).__name__)
    return renewed
