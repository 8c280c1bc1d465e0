"""Which clients a person of an integrator sees, and which groups he changes: a manager his own, an owner all."""

from sqlalchemy import or_, select

from b24app.database import db, portal_scope
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import ClientGroup, ClientNote, GroupedClient


def own_client_ids(seat: MemberSeat) -> frozenset[int] | None:
    """The portals that a seat is limited to; None where it sees all."""
    if not seat.narrow:
        return None
    with portal_scope(seat.portal_id):
        named = select(ClientNote.client_id).where(ClientNote.responsible_id == seat.user_id)
        grouped = (
            select(GroupedClient.client_id)
            .join(ClientGroup, ClientGroup.id == GroupedClient.group_id)
            .where(ClientGroup.manager_id == seat.user_id)
        )
        return frozenset(db.session.scalars(named)) | frozenset(db.session.scalars(grouped))


def may_change_group(seat: MemberSeat, manager_id: int | None) -> bool:
    """Whether a group of this manager may be changed and filled by a seat: whoever fills a group sees more clients."""
    return not seat.narrow or manager_id == seat.user_id


def may_see(seat: MemberSeat, client_id: int) -> bool:
    """Whether a client is one of those that a seat sees."""
    if not seat.narrow:
        return True
    with portal_scope(seat.portal_id):
        named = select(ClientNote.id).where(
            ClientNote.client_id == client_id, ClientNote.responsible_id == seat.user_id
        )
        grouped = (
            select(GroupedClient.id)
            .join(ClientGroup, ClientGroup.id == GroupedClient.group_id)
            .where(GroupedClient.client_id == client_id, ClientGroup.manager_id == seat.user_id)
        )
        return db.session.scalar(select(or_(named.exists(), grouped.exists()))) or False
