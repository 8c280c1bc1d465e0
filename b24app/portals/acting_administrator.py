"""The administrator in whose name we work: when he is none any more, another one."""

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.portals.client_factory import choose_access, open_client
from b24app.portals.employment import end_rights
from b24app.portals.model import Access, Portal
from b24app.portals.visitor import read_visitor
from b24app.services import services


def confirm_master(portal_id: int) -> bool:
    """Ask the portal whether the one in whose name we work is an administrator; if not, work in his name no longer.

    True when he is. Raises the PortalError family when the portal does not answer.
    """
    access_id = choose_access(db.session.get_one(Portal, portal_id))
    with portal_scope(portal_id):
        user_id = db.session.scalars(select(Access.user_id).where(Access.id == access_id)).one()
    db.session.commit()
    answer = open_client(portal_id, user_id=user_id, background=True).call("profile")
    if read_visitor(answer.result).is_admin:
        return True
    with portal_scope(portal_id):
        end_rights(user_id, services().clock.now())
        db.session.commit()
    return False
