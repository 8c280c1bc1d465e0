"""The address of a portal, when it has changed, and what `app.info` of the authorization server answers about a token.

A token goes only to an address that the authorization server has confirmed for the same `member_id`: a Location
header alone never receives anything, so a hijacked old name cannot collect tokens (change-domen.md).
"""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass

import requests

from b24app.bitrix24.oauth import TOKEN_LIMITS, TokenSource, first_to_answer
from b24app.bitrix24.responses import read_body, read_integer
from b24app.bitrix24.transport import post
from b24app.errors import AddressChanged, AnswerBroken, TokenExpired
from b24app.guard import Guard, PlaceRefused
from b24app.json_values import JsonObject, is_object


class Address:
    """A portal's REST base, such as `https://shop.example/rest/`; by itself it never changes: webhooks and scripts."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def current(self) -> str:
        """The base to which calls go."""
        return self._endpoint

    def follow(self, location: str) -> None:
        """The portal named another place: verify and keep it, or raise AddressChanged, as here where nobody confirms it."""
        raise AddressChanged(location)


class VerifiedAddress(Address):
    """An address that changes only when the authorization server confirms it.

    `confirmed` asks it where the portal lives now (`app.info` there, same `member_id`, our application) and returns
    the portal's REST base; `keep` stores the new base.
    """

    def __init__(
        self,
        endpoint: str,
        confirmed: Callable[[], str],
        keep: Callable[[str], None],
        guard: Guard | None = None,
    ) -> None:
        super().__init__(endpoint)
        self._confirmed = confirmed
        self._keep = keep
        self._guard = guard or Guard()

    def follow(self, location: str) -> None:
        """Move when the authorization server confirms the host that the portal named; otherwise AddressChanged."""
        named = host_behind(self._guard, location)
        if not named:
            raise AddressChanged(location)
        endpoint = self._confirmed()
        if host_behind(self._guard, endpoint) != named or not leads_outside(self._guard, endpoint):
            raise AddressChanged(location)
        self._keep(endpoint)
        self._endpoint = endpoint


def host_behind(guard: Guard, url: str) -> str:
    """The host (with a port) of a URL that may be a portal's; empty for anything else."""
    try:
        return guard.judge(url).authority
    except PlaceRefused:
        return ""


def leads_outside(guard: Guard, url: str) -> bool:
    """Whether the IP addresses behind a URL are allowed; a name unknown at this moment is judged when dialled."""
    try:
        guard.locate(guard.judge(url))
    except PlaceRefused:
        return False
    except (socket.gaierror, TimeoutError):
        return True
    return True


@dataclass(frozen=True, slots=True)
class ApplicationOnServer:
    """The server's answer about a token: our application, the portal, and its address."""

    client_id: str
    member_id: str
    domain: str
    client_endpoint: str
    user_id: int
    status: str
    version: int
    scope: frozenset[str]


def fetch_application(
    session: requests.Session, server_endpoint: str, access_token: str
) -> ApplicationOnServer:
    """Ask an allow-listed authorization server about a token (settings/oauth/simple-way.md).

    `server_endpoint` is its REST base, `https://oauth.bitrix24.tech/rest/`. Raises the PortalError family.
    """
    body = json.dumps({"auth": access_token}).encode()
    reply = post(session, f"{server_endpoint.rstrip('/')}/app.info", body, TOKEN_LIMITS)
    if 300 <= reply.http < 400:
        raise AddressChanged(reply.location)
    result = read_body(reply.take(), reply.http)["result"]
    install = result.get("install") if is_object(result) else None
    if not is_object(result) or not is_object(install):
        raise AnswerBroken("", "app.info has no install", http=reply.http)
    return _read_application(result, install)


def application_of(
    session: requests.Session, server_endpoints: tuple[str, ...], tokens: TokenSource
) -> ApplicationOnServer:
    """Ask about the current access token, renewing it once when it has expired; the next server when the first has moved."""
    pair = tokens.current()
    try:
        return _application_at_any(session, server_endpoints, pair.access)
    except TokenExpired:
        return _application_at_any(session, server_endpoints, tokens.refresh_after(pair).access)


def _application_at_any(
    session: requests.Session, server_endpoints: tuple[str, ...], access_token: str
) -> ApplicationOnServer:
    return first_to_answer(server_endpoints, lambda one: fetch_application(session, one, access_token))[1]


def _read_application(result: JsonObject, install: JsonObject) -> ApplicationOnServer:
    scope = install.get("scope") or result.get("scope") or ""
    return ApplicationOnServer(
        client_id=str(result.get("client_id", "")),
        member_id=str(install.get("member_id", "")),
        domain=str(install.get("domain", "")),
        client_endpoint=str(install.get("client_endpoint", "")),
        user_id=read_integer(result.get("user_id")) or 0,
        status=str(install.get("status", "")),
        version=read_integer(install.get("version")) or 0,
        scope=frozenset(str(scope).replace(",", " ").split()),
    )
