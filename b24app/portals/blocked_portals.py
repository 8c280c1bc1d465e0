"""Asking portals that refused us whether they answer again: how a renewal is noticed by itself."""

import structlog
from sqlalchemy import select

from b24app.database import db
from b24app.each_portal import for_each_portal
from b24app.errors import AppError
from b24app.portals.client_factory import open_client
from b24app.portals.model import InstallStatus, Portal

log = structlog.get_logger(__name__)


def probe_blocked() -> int:
    """Ask each blocked portal one light question; what the answer means, the watch at the door decides."""
    blocked = select(Portal.id).where(Portal.status == InstallStatus.BLOCKED).order_by(Portal.id)
    found = db.session.scalars(blocked).all()
    return sum(answered is True for answered in for_each_portal(found, _answers))


def _answers(portal_id: int) -> bool:
    try:
        open_client(portal_id, background=True).call("app.info")
    except AppError as error:
        log.info("a blocked portal does not answer", error=type(error).__name__)
        return False
    return True
