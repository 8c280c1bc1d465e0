"""Identity of an opening: the authorization server is asked about the application, the portal about the person."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.portal_address import ApplicationOnServer, fetch_application
from b24app.errors import (
    AddressRefused,
    ApplicationGone,
    MethodMissing,
    PortalError,
    RequestWrong,
    RightMissing,
    TokenExpired,
    TokenRejected,
)
from b24app.portals.allowed_hosts import check_endpoint, check_host, check_server, plain_host
from b24app.portals.client_factory import open_client_with
from b24app.portals.verification_refusals import refusal
from b24app.portals.visitor import Visitor, read_visitor
from b24app.rest_client import Answer, Command
from b24app.services import services

WHO = {"profile": Command("profile", {}), "application": Command("app.info", {})}


@dataclass(frozen=True, slots=True)
class ConfirmedInstall:
    """An installation that an authorization server on the list has confirmed."""

    application: ApplicationOnServer
    host: str
    client_endpoint: str
    server_endpoint: str


def ask_server(
    access_token: str, *, server_endpoint: str, member_id: str, domain: str, https: bool = True
) -> ConfirmedInstall:
    """Let an authorization server say whose token it is; refuse what is not ours (platform.md §2.4)."""
    host = check_host(domain, https=https)
    # A portal older than August 2026 does not name its server; the vendor's regions are then tried in turn.
    named = (server_endpoint,) if server_endpoint else services().settings.oauth_servers
    server, found = _first_that_knows(access_token, tuple(map(check_server, named)))
    if found.client_id != services().settings.client_id:
        raise refusal("foreign_application")
    if found.member_id != member_id or plain_host(found.domain) != host:
        raise refusal("foreign_portal")
    scheme = "https" if https else "http"
    endpoint = check_endpoint(found.client_endpoint or f"{scheme}://{host}/rest/", host)
    return ConfirmedInstall(found, host, endpoint, server)


def _first_that_knows(access_token: str, endpoints: tuple[str, ...]) -> tuple[str, ApplicationOnServer]:
    session = services().http()
    for endpoint in endpoints:
        try:
            return endpoint, fetch_application(session, endpoint, access_token)
        except TokenExpired:
            raise refusal("expired") from None
        except (TokenRejected, ApplicationGone, RequestWrong, RightMissing):
            continue
    raise refusal("access_rejected")


def ask_portal(client_endpoint: str, access_token: str, member_id: str) -> Visitor:
    """Let the portal say who bears a token and for which application it was issued, in one request."""
    client = open_client_with(member_id, client_endpoint, access_token)
    try:
        answers = client.batch(WHO)
        profile = _result(answers, "profile")
    except TokenExpired:
        raise refusal("expired") from None
    except (TokenRejected, ApplicationGone):
        raise refusal("access_rejected") from None
    except AddressRefused:
        raise refusal("host_not_trusted") from None
    return read_visitor(profile.result, _application(answers))


def _application(answers: Mapping[str, Answer | PortalError]) -> object:
    try:
        return _result(answers, "application").result
    except MethodMissing:  # some on-premise portals have no app.info (portal-protocol.md §3.1)
        return None


def _result(answers: Mapping[str, Answer | PortalError], key: str) -> Answer:
    answer = answers[key]
    if isinstance(answer, PortalError):
        raise answer
    return answer
