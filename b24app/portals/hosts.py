"""Addresses of portals and authorization servers: which ones may be spoken to at all."""

import re

from b24app.errors import Refused
from b24app.oauth import token_server
from b24app.portals.refusals import refusal
from b24app.services import services
from b24app.wire.addresses import public_host


def plain_host(host: str) -> str:
    """A host in lower case without the port that its scheme implies."""
    return re.sub(r":(443|80)$", "", host.strip().lower())


def check_host(domain: str, *, https: bool) -> str:
    """Return the plain host of a portal or refuse one that nobody's portal can have."""
    local = services().settings.allow_local_portals
    if not https and not local:
        raise refusal("https_required")
    host = plain_host(domain)
    if not host or public_host(f"https://{host}/", allow_local=local) != host:
        raise refusal("host_not_allowed")
    return host


def check_endpoint(endpoint: str, host: str) -> str:
    """Return a portal's REST base when it lies at this host, otherwise refuse."""
    local = services().settings.allow_local_portals
    if not host or plain_host(public_host(endpoint, allow_local=local)) != host:
        raise refusal("foreign_portal")
    return endpoint.rstrip("/") + "/"


def check_server(endpoint: str) -> str:
    """Return the REST base of an authorization server on the list, or refuse (platform.md §1.1)."""
    try:
        return token_server(endpoint, services().settings.oauth_servers) + "/rest/"
    except Refused as error:
        raise refusal(error.reason) from None
