"""Leaving a portal: tokens die at once; data is erased now (CLEAN) or after the stated period."""

from datetime import timedelta

from sqlalchemy import delete, select

from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.portals.install_record import note_present
from b24app.portals.install_status import Presence, ask_presence
from b24app.portals.model import Access, EventIn, InstallStatus, Portal
from b24app.services import services


def leave(portal: Portal, *, clean: bool) -> None:
    """Do what an uninstall means; the caller commits."""
    if clean:
        erase(portal)
        return
    with portal_scope(portal.id):
        db.session.execute(delete(Access).where(Access.portal_id == portal.id))
    portal.status = InstallStatus.DELETED
    portal.application_token = None
    portal.uninstalled_at = services().clock.now()
    portal.denied_days = ""
    start_erasing(portal)


def start_erasing(portal: Portal) -> None:
    """Begin the stated period after which the data goes; the caller commits."""
    portal.erase_at = services().clock.now() + timedelta(days=services().settings.keep_uninstalled_days)


def erase(portal: Portal) -> None:
    """Remove a portal and every row that belongs to it."""
    db.session.execute(delete(EventIn).where(EventIn.member_id == portal.member_id))
    with every_portal():
        db.session.execute(delete(Portal).where(Portal.id == portal.id))


def erase_due() -> int:
    """Erase the portals whose stated period is over and the events that are a month old; the daily job."""
    now = services().clock.now()
    due = db.session.scalars(select(Portal.id).where(Portal.erase_at <= now).order_by(Portal.id)).all()
    erased = sum(done is True for done in for_each_portal(due, _erase_one))
    db.session.execute(delete(EventIn).where(EventIn.received_at < now - timedelta(days=30)))
    db.session.commit()
    return erased


def _erase_one(portal_id: int) -> bool:
    """An uninstall was confirmed; an install that was only denied is asked about once more before its rows go."""
    portal = db.session.get_one(Portal, portal_id)
    if portal.status != InstallStatus.DELETED:
        presence = ask_presence(portal)
        portal = db.session.get_one(Portal, portal_id)
        if presence is Presence.INSTALLED:
            note_present(portal)
        if presence is not Presence.GONE:
            return False
    erase(portal)
    return True
