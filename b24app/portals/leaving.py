"""Leaving a portal: tokens die at once; data is erased now (CLEAN) or after the stated period."""

from datetime import timedelta

from sqlalchemy import delete, select

from b24app.portals.model import Access, EventIn, InstallStatus, Portal
from b24app.services import services
from b24app.storage import db, every_portal, portal_scope


def leave(portal: Portal, *, clean: bool) -> None:
    """Do what an uninstall means; the caller commits."""
    if clean:
        erase(portal)
        return
    now, settings = services().clock.now(), services().settings
    with portal_scope(portal.id):
        db.session.execute(delete(Access).where(Access.portal_id == portal.id))
    portal.status = InstallStatus.DELETED
    portal.application_token = None
    portal.uninstalled_at = now
    portal.erase_at = now + timedelta(days=settings.keep_uninstalled_days)


def erase(portal: Portal) -> None:
    """Remove a portal and every row that belongs to it."""
    db.session.execute(delete(EventIn).where(EventIn.member_id == portal.member_id))
    with every_portal():
        db.session.execute(delete(Portal).where(Portal.id == portal.id))


def erase_due() -> int:
    """Erase the portals whose stated period is over and the events that are a month old; the daily job."""
    now = services().clock.now()
    due = db.session.scalars(select(Portal).where(Portal.erase_at <= now)).all()
    for portal in due:
        erase(portal)
    db.session.execute(delete(EventIn).where(EventIn.received_at < now - timedelta(days=30)))
    return len(due)
