"""Who still works in a portal, kept as the portal answered; unknown until it was asked (employment_asking.py)."""

from datetime import datetime

from sqlalchemy import select

from b24app.portals.model import Access, Employment, Person
from b24app.storage import db


def note_employment(user_id: int, *, active: bool, at: datetime) -> None:
    """Keep what was seen of one person just now."""
    row = db.session.scalar(select(Employment).where(Employment.user_id == user_id))
    if row is None:
        row = Employment(user_id=user_id)
        db.session.add(row)
    row.active, row.asked_at = active, at
    db.session.flush()


def dismissed_ids() -> frozenset[int]:
    """The people of whom the portal said last that they do not work there."""
    return frozenset(db.session.scalars(select(Employment.user_id).where(Employment.active.is_(False))))


def find_administrator() -> tuple[int, str] | None:
    """An administrator by the portal's last word who is not dismissed: the one whose access we use, else the last seen."""
    gone = dismissed_ids()
    master = db.session.scalar(select(Access.user_id).where(Access.is_master.is_(True)).limit(1))
    people = [row for row in db.session.scalars(select(Person)) if row.is_admin and row.user_id not in gone]
    best = max(people, key=lambda row: (row.user_id == master, row.seen_at), default=None)
    return (best.user_id, best.name) if best else None
