"""A portal that moved to another address: believed when the authorization server tells the same place."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from b24app.bitrix24.oauth import TokenKeeper
from b24app.bitrix24.portal_address import VerifiedAddress, application_of, host_behind
from b24app.database import db
from b24app.portals.allowed_hosts import plain_host, portal_guard
from b24app.portals.model import Portal
from b24app.services import services


@dataclass(frozen=True, slots=True)
class Mover:
    """Asks where a portal lives now, and keeps the answer."""

    portal_id: int
    member_id: str
    server_endpoint: str
    keeper: TokenKeeper

    def confirmed(self) -> str:
        """The portal's REST base by the word of the authorization server; nothing when it is not our install."""
        found = application_of(services().http(), self.server_endpoint, self.keeper)
        ours = found.client_id == services().settings.client_id and found.member_id == self.member_id
        return found.client_endpoint if ours else ""

    def keep(self, endpoint: str) -> None:
        """Store the new address in a transaction of its own."""
        values = {"client_endpoint": endpoint, "domain": plain_host(host_behind(portal_guard(), endpoint))}
        with Session(db.engine) as session:
            session.execute(update(Portal).where(Portal.id == self.portal_id).values(values))
            session.commit()


def address_of(portal: Portal, keeper: TokenKeeper) -> VerifiedAddress:
    """The address of an installed portal, ready to follow it."""
    mover = Mover(portal.id, portal.member_id, portal.server_endpoint, keeper)
    return VerifiedAddress(portal.client_endpoint, mover.confirmed, mover.keep, portal_guard())
