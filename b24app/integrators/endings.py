"""Ends of many consents at once: the declaration is taken back, the application is removed, their time is over."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.consents import End
from b24app.integrators.invitations import withdraw_all_of, withdraw_all_to, withdraw_asks
from b24app.integrators.model import Consent
from b24app.services import services

NOBODY = AuditPerson("", 0)


def end_all_of(integrator_id: int, who: AuditPerson, end: End, at: datetime) -> int:
    """End all that clients have given to an integrator, and take back what it asks; returns how many consents ended."""
    ended = _end_all(Consent.integrator_id == integrator_id, who, end, at)
    withdraw_all_of(integrator_id, at)
    return ended


def end_when_removed(portal_id: int, at: datetime) -> None:
    """End, at the removal of the application, what a portal gave and what was given to it; a new installation revives none of it."""
    end_all_of(portal_id, NOBODY, End.REMOVED, at)
    _end_all(Consent.portal_id == portal_id, NOBODY, End.REMOVED, at)
    withdraw_all_to(portal_id, at)


def end_lapsed() -> int:
    """Keep consents whose day is over as ended, so that a clock that is set back does not revive them; the daily job."""
    now = services().clock.now()
    with every_portal():
        rows = db.session.scalars(
            select(Consent).where(Consent.ended_at.is_(None), Consent.ends_at <= now).order_by(Consent.id)
        ).all()
    for row in rows:
        _end_one(row, NOBODY, End.TIME, row.ends_at)
    db.session.commit()
    return len(rows)


def _end_all(whose: ColumnElement[bool], who: AuditPerson, end: End, at: datetime) -> int:
    with every_portal():
        rows = db.session.scalars(
            select(Consent).where(whose, Consent.ended_at.is_(None)).order_by(Consent.id)
        ).all()
    for row in rows:
        _end_one(row, who, end, at)
    return len(rows)


def _end_one(row: Consent, who: AuditPerson, end: End, at: datetime) -> None:
    with portal_scope(row.portal_id):
        row.ended_at, row.ended_by, row.end = at, who.name, end
        db.session.flush()
        withdraw_asks(row.integrator_id, row.portal_id, at)
        write_line(row.code, who, Deed.ENDED, at, detail=end)
        services().queue.later("tell_consents", row.portal_id)
        services().queue.later("tell_date_requests", row.portal_id)


def count_living(integrator_id: int, now: datetime) -> int:
    """How many clients an integrator would lose."""
    with every_portal():
        rows = db.session.scalars(
            select(Consent.id)
            .where(Consent.integrator_id == integrator_id, Consent.ended_at.is_(None))
            .where(Consent.ends_at > now)
        )
        return len(rows.all())


def count_relations(portal_id: int) -> int:
    """How many accesses end when a portal leaves: those that it gave, and those that were given to it."""
    mine = or_(Consent.portal_id == portal_id, Consent.integrator_id == portal_id)
    with every_portal():
        return db.session.scalar(select(func.count(Consent.id)).where(mine, Consent.ended_at.is_(None))) or 0
