"""Whose token it is: `app.info` at an authorization server, the only word that is believed about a portal."""

import json
from dataclasses import dataclass
from typing import Any

import requests

from b24app.bitrix24.oauth import TokenSource
from b24app.bitrix24.responses import read_body
from b24app.bitrix24.token_endpoint import TOKEN_LIMITS
from b24app.bitrix24.transport import post
from b24app.errors import AnswerBroken, TokenExpired


@dataclass(frozen=True, slots=True)
class ApplicationOnServer:
    """What the server says about a token: our application, the portal, and where it lives."""

    client_id: str
    member_id: str
    domain: str
    client_endpoint: str
    user_id: int
    status: str
    installed: bool
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
    result = read_body(reply.take(), reply.http)["result"]
    if not isinstance(result, dict) or not isinstance(result.get("install"), dict):
        raise AnswerBroken("", "app.info has no install", http=reply.http)
    return _read_application(result, result["install"])


def application_of(
    session: requests.Session, server_endpoint: str, tokens: TokenSource
) -> ApplicationOnServer:
    """Ask about the current access token, renewing it once when it has expired."""
    pair = tokens.current()
    try:
        return fetch_application(session, server_endpoint, pair.access)
    except TokenExpired:
        return fetch_application(session, server_endpoint, tokens.refresh_after(pair).access)


def _read_application(result: dict[str, Any], install: dict[str, Any]) -> ApplicationOnServer:
    scope = install.get("scope") or result.get("scope") or ""
    return ApplicationOnServer(
        client_id=str(result.get("client_id", "")),
        member_id=str(install.get("member_id", "")),
        domain=str(install.get("domain", "")),
        client_endpoint=str(install.get("client_endpoint", "")),
        user_id=_whole(result.get("user_id")),
        status=str(install.get("status", "")),
        installed=bool(install.get("installed")),
        version=_whole(install.get("version")),
        scope=frozenset(str(scope).replace(",", " ").split()),
    )


def _whole(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
