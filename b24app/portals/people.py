"""Portals, people and their access as rows: found, noted, brought up to date."""

from datetime import timedelta

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.input_limits import clean_text
from b24app.portals.employment import forget_access, note_employment
from b24app.portals.incoming_forms import FramePost
from b24app.portals.model import Access, InstallStatus, Person, Portal
from b24app.portals.time_zones import known_zone
from b24app.portals.visitor import Visitor
from b24app.services import services

GOOD = "good"


def find_portal(member_id: str) -> Portal | None:
    """The portal known by its permanent id."""
    return db.session.scalar(select(Portal).where(Portal.member_id == member_id))


def active_portals() -> list[int]:
    """The ids of all portals that have the application and answer."""
    active = select(Portal.id).where(Portal.status == InstallStatus.ACTIVE)
    return list(db.session.scalars(active.order_by(Portal.id)))


def note_person(portal: Portal, visitor: Visitor, language: str) -> Person:
    """Remember who was here and what the portal said about them."""
    with portal_scope(portal.id):
        person = db.session.scalar(select(Person).where(Person.user_id == visitor.user_id))
        if person is None:
            person = Person(portal_id=portal.id, user_id=visitor.user_id)
            db.session.add(person)
        person.name = clean_text(visitor.name, 255)
        person.is_admin = visitor.is_admin
        person.language = language
        person.time_zone = known_zone(visitor.time_zone)
        person.seen_at = services().clock.now()
        person.rights_ended_at = None
        db.session.flush()
        if not visitor.is_admin:
            forget_access(portal.id, visitor.user_id)
        note_employment(visitor.user_id, active=True, at=person.seen_at)
    return person


def note_access(portal: Portal, user_id: int, post: FramePost, *, master: bool = False) -> None:
    """Keep an administrator's tokens for work without them; the first good ones become the master's."""
    now = services().clock.now()
    with portal_scope(portal.id):
        rows = {row.user_id: row for row in db.session.scalars(select(Access))}
        access = rows.get(user_id)
        if access is None:
            access = Access(portal_id=portal.id, user_id=user_id)
            db.session.add(access)
        # An answer without a renewing token must not take the place of a pair that lives on.
        if post.refresh_token or access.state != GOOD or not access.refresh_token:
            access.access_token = post.access_token
            access.refresh_token = post.refresh_token
            access.expires_at = now + timedelta(seconds=post.expires_in)
            access.refreshed_at = now
            access.state = GOOD
        if master or not any(row.is_master and row.state == GOOD for row in rows.values()):
            for row in rows.values():
                row.is_master = False
            access.is_master = True
        db.session.flush()
