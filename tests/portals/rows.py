"""What the tests of this room look up in the database."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.portals.model import Access, EventIn, Person, Portal, find_portal
from tests.actors import Actor


def row(actor: Actor) -> Portal:
    db.session.expire_all()
    portal = find_portal(actor.portal.member_id)
    assert portal is not None
    return portal


def accesses(actor: Actor) -> Sequence[Access]:
    with every_portal():
        return db.session.scalars(select(Access).where(Access.portal_id == row(actor).id)).all()


def people(actor: Actor) -> dict[int, Person]:
    with every_portal():
        found = db.session.scalars(select(Person).where(Person.portal_id == row(actor).id))
        return {person.user_id: person for person in found}


def last_event() -> EventIn:
    """The newest event that is not the echo of a test event of our own."""
    db.session.expire_all()
    others = select(EventIn).where(EventIn.name != "ONAPPTEST")
    found = db.session.scalar(others.order_by(EventIn.id.desc()).limit(1))
    assert found is not None
    return found


def do(job: Callable[..., object], *ids: int) -> None:
    """Do a job and keep what it did, as the worker does."""
    job(*ids)
    db.session.commit()
