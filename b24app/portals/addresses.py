"""Allowed addresses of portals and authorization servers, and a portal that moved to another address."""

import re
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from b24app.bitrix24.oauth import TokenSource, token_server
from b24app.bitrix24.portal_address import VerifiedAddress, application_of, host_behind, leads_outside
from b24app.database import db
from b24app.errors import Refused
from b24app.guard import PORTALS, Guard, PlaceRefused, read_authority, read_place, read_trust
from b24app.portals.incoming_forms import RefusalReason, refusal
from b24app.portals.model import Portal
from b24app.services import services

# What the operator's own list may open; anything else is no address at all.
OPENED_BY_A_SETTING = frozenset({"address", "name", "number", "port"})


def portal_guard() -> Guard:
    """The guard of portals: the open internet, and what the operator trusts."""
    here = services()
    trust = read_trust(here.settings.trusted_hosts, everything=here.settings.allow_local_portals)
    return Guard(PORTALS, trust, here.resolve)


def admits_plain_http() -> bool:
    """Whether the operator lets in any portal that has no https."""
    trust = portal_guard().trust
    return trust.everything or bool(trust.plain)


def plain_host(host: str) -> str:
    """A host as we keep it: plain ASCII without the port that its scheme implies; empty when it is none."""
    try:
        return read_authority(re.sub(r":(443|80)$", "", host.strip())).authority
    except PlaceRefused:
        return ""


def check_host(domain: str, *, https: bool) -> str:
    """Return the plain host of a portal or refuse one that no portal can have; sends nothing."""
    host = plain_host(domain)
    if not host:
        raise refusal(RefusalReason.HOST_NOT_ALLOWED)
    _judge(portal_guard(), f"{'https' if https else 'http'}://{host}/")
    return host


def _judge(guard: Guard, url: str) -> None:
    try:
        guard.judge(url)
    except PlaceRefused as error:
        if error.reason == "scheme":
            raise refusal(RefusalReason.HTTPS_REQUIRED) from None
        trusted = error.reason in OPENED_BY_A_SETTING
        raise refusal(RefusalReason.HOST_NOT_TRUSTED if trusted else RefusalReason.HOST_NOT_ALLOWED) from None


def check_endpoint(endpoint: str, host: str) -> str:
    """Return a portal's REST base when it is at this host and leads nowhere inside, otherwise refuse."""
    guard = portal_guard()
    if not host or _host_in(endpoint) != host:
        raise refusal(RefusalReason.FOREIGN_PORTAL)
    _judge(guard, endpoint)
    if not leads_outside(guard, endpoint):
        raise refusal(RefusalReason.HOST_NOT_TRUSTED)
    return endpoint.rstrip("/") + "/"


def _host_in(endpoint: str) -> str:
    """The plain host that an address names, whether it may be called or not."""
    try:
        return plain_host(read_place(endpoint, ("https", "http")).authority)
    except PlaceRefused:
        return ""


def check_server(endpoint: str) -> str:
    """Return the REST base of an authorization server on the list, or refuse (oauth.bitrix24.tech or oauth.bitrix.info, by region)."""
    try:
        return token_server(endpoint, services().settings.oauth_servers) + "/rest/"
    except Refused:
        raise refusal(RefusalReason.SERVER_NOT_ALLOWED) from None


def server_endpoints(endpoint: str) -> tuple[str, ...]:
    """The REST base of a portal's authorization server, and those of the other servers on the list, where it may have moved."""
    listed = (f"{one.rstrip('/')}/rest/" for one in services().settings.oauth_servers)
    own = f"{endpoint.rstrip('/')}/"
    return (own, *(one for one in listed if one.lower() != own.lower()))


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A portal that moved: its new address is accepted when the authorization server names the same one, then kept."""

    portal_id: int
    member_id: str
    server_endpoint: str
    keeper: TokenSource

    def confirmed(self) -> str:
        """The portal's REST base as the authorization server states it; nothing when it is not our install."""
        found = application_of(services().http(), server_endpoints(self.server_endpoint), self.keeper)
        ours = found.client_id == services().settings.client_id and found.member_id == self.member_id
        return found.client_endpoint if ours else ""

    def keep(self, endpoint: str) -> None:
        """Store the new address in a transaction of its own."""
        values = {"client_endpoint": endpoint, "domain": plain_host(host_behind(portal_guard(), endpoint))}
        with Session(db.engine) as session:
            session.execute(update(Portal).where(Portal.id == self.portal_id).values(values))
            session.commit()


def address_of(portal: Portal, keeper: TokenSource) -> VerifiedAddress:
    """The address of an installed portal, which follows a portal that moves."""
    change = AddressChange(portal.id, portal.member_id, portal.server_endpoint, keeper)
    return VerifiedAddress(portal.client_endpoint, change.confirmed, change.keep, portal_guard())
