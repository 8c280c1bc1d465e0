"""Keeping tokens of quiet portals alive: renewed inside their 180 days, never on a tighter schedule."""

from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import select

from b24app.bitrix24.oauth import DORMANT_DAYS, HOPELESS
from b24app.database import db, every_portal
from b24app.each_portal import alone
from b24app.errors import PortalError
from b24app.portals.client_factory import access_store, token_keeper
from b24app.portals.model import Access, InstallStatus, Portal
from b24app.services import services

log = structlog.get_logger(__name__)


def refresh_dormant() -> int:
    """Renew the pairs that nobody has used for 150 days; the daily job (auto-renewal.md)."""
    oldest = services().clock.now() - timedelta(days=DORMANT_DAYS)
    with every_portal():
        found = db.session.execute(
            select(Access.portal_id, Access.id)
            .join(Portal, Access.portal_id == Portal.id)
            .where(
                Portal.status != InstallStatus.DELETED,
                Access.refreshed_at <= oldest,
                Access.state.not_in(HOPELESS),
            )
            .order_by(Access.id)
        ).all()
    db.session.commit()
    return sum(alone(portal_id, partial(_renew, access_id)) is True for portal_id, access_id in found)


def _renew(access_id: int, portal_id: int) -> bool:
    keeper = token_keeper(db.session.get_one(Portal, portal_id), access_store(access_id))
    db.session.commit()
    try:
        keeper.keep_alive()
    except PortalError as error:  # an answer and no failure of ours: the row of the pair keeps what it means
        log.warning("dormant tokens were not renewed", error=type(error).__name__)
        return False
    return True
