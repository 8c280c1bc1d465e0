"""Who still works in a portal, kept as it answered, and what ends with a dismissal; unknown until it was asked."""

from datetime import datetime

from sqlalchemy import delete, select

from b24app.database import current_portal_id, db, portal_scope, read_once
from b24app.portals.model import Access, Employment, Person


def note_employment(user_id: int, *, active: bool, at: datetime) -> None:
    """Keep what was seen of one person just now; a dismissal ends the person's rights at once."""
    row = db.session.scalar(select(Employment).where(Employment.user_id == user_id))
    if row is None:
        row = Employment(user_id=user_id)
        db.session.add(row)
    row.active, row.asked_at = active, at
    db.session.flush()
    if not active:
        end_rights(user_id, at)


def end_rights(user_id: int, at: datetime) -> None:
    """End the page tokens of a person and forget the access given to us; runs in the portal's scope."""
    person = db.session.scalar(select(Person).where(Person.user_id == user_id))
    if person is not None:
        person.is_admin = False
        person.rights_ended_at = person.rights_ended_at or at
    forget_access(current_portal_id(), user_id)
    db.session.flush()


def forget_access(portal_id: int, user_id: int) -> None:
    """Work no longer in the name of a person who is no administrator (any more)."""
    with portal_scope(portal_id):
        db.session.execute(delete(Access).where(Access.portal_id == portal_id, Access.user_id == user_id))


@read_once
def dismissed_ids() -> frozenset[int]:
    """The people of whom the portal said last that they do not work there."""
    return frozenset(db.session.scalars(select(Employment.user_id).where(Employment.active.is_(False))))


@read_once
def find_administrator() -> tuple[int, str] | None:
    """An administrator by the portal's last word who is not dismissed: the one whose access we use, else the last seen."""
    gone = dismissed_ids()
    master = db.session.scalar(select(Access.user_id).where(Access.is_master.is_(True)).limit(1))
    people = [row for row in db.session.scalars(select(Person)) if row.is_admin and row.user_id not in gone]
    best = max(people, key=lambda row: (row.user_id == master, row.seen_at), default=None)
    return (best.user_id, best.name) if best else None
