"""Declaring a portal an integrator's, and taking that back: what clients gave ends with it."""

from datetime import datetime

from b24app.database import current_portal_id, db
from b24app.errors import NotFound
from b24app.integrators.audit import AuditPerson
from b24app.integrators.consents import End
from b24app.integrators.endings import end_all_of
from b24app.integrators.logo import check_logo
from b24app.integrators.members import (
    IntegratorProfile,
    declare_integrator,
    end_declaration,
    get_integrator,
)
from b24app.terms.term import Author


def declare(profile: IntegratorProfile, logo: bytes, *, by: Author, at: datetime) -> None:
    """Make the portal in scope an integrator's, or change its profile; an empty logo leaves the present one.

    One that was taken back begins without clients: a consent given at that very moment ends too.
    """
    media = check_logo(logo) if logo else None
    if get_integrator() is None:
        end_all_of(current_portal_id(), AuditPerson(by.name, by.user_id or 0), End.DECLARATION, at)
    declare_integrator(profile, by=by, at=at)
    row = get_integrator()
    if media is not None and row is not None:
        row.logo, row.logo_type = logo, media.mime
    db.session.flush()


def remove_logo() -> None:
    """Take the logo away; raises NotFound where the portal is no integrator's."""
    row = get_integrator()
    if row is None:
        raise NotFound
    row.logo, row.logo_type = None, ""
    db.session.flush()


def take_back(*, by: Author, at: datetime) -> int:
    """The portal in scope is an integrator's no more; returns how many clients were lost by it."""
    row = get_integrator()
    if row is None:
        raise NotFound
    ended = end_all_of(
        current_portal_id(), AuditPerson(by.name, by.user_id or 0, row.name), End.DECLARATION, at
    )
    end_declaration(at)
    return ended
