"""Asking portals that refused us whether they answer again: how a renewal is noticed by itself."""

from sqlalchemy import select

from b24app.errors import AppError
from b24app.portals.door import open_door
from b24app.portals.model import InstallStatus, Portal
from b24app.storage import db


def probe_blocked() -> int:
    """Ask each blocked portal one light question; what the answer means, the watch at the door decides."""
    portals = db.session.scalars(select(Portal.id).where(Portal.status == InstallStatus.BLOCKED)).all()
    db.session.commit()
    return sum(_answers(portal_id) for portal_id in portals)


def _answers(portal_id: int) -> bool:
    try:
        open_door(portal_id, background=True).call("app.info")
    except AppError:
        return False
    return True
