"""The token endpoint of OAuth: exchange of a code, refresh of tokens, and app.info of a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox import assumptions, plan
from sandbox.application import ApplicationCard, Installation
from sandbox.rest.envelope import Spent, time_block
from sandbox.rest.registry import Refusal
from sandbox.tokens import Grant

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.world_data import WorldData

Answer = Callable[[], dict[str, Any]]


def exchange(world: WorldData, fields: Mapping[str, Any], host: str = "") -> dict[str, Any]:
    """Answer /oauth/token/ at one of the servers (the portal's source, oauth 17.5); an unknown client gets HTTP 200."""
    card = _client(world, fields)
    _check_scope(card, str(fields.get("scope") or ""))
    kind = str(fields.get("grant_type") or "")
    if not kind:
        raise Refusal("invalid_request", 'No "grant_type" parameter found')
    if kind == "refresh_token":
        return _give(world, card, _refresh_grant(world, card, fields, host))
    if kind == "authorization_code":
        return _give(world, card, _code_grant(world, card, fields, host))
    raise Refusal("invalid_request", "Unsupported grant type")


def describe_token(world: WorldData, token: str, host: str = "") -> dict[str, Any]:
    """Answer app.info in the server's own shape: the trusted source of an application's status."""
    grant = world.tokens.access.get(token)
    if token in world.tokens.removed:
        raise Refusal("NOT_INSTALLED", "Application not installed", status=401)
    if not token or grant is None or _foreign(world, grant, host):
        raise Refusal("invalid_token", "Unable to get application by token", status=401)
    if not grant.alive(world.clock.timestamp()):
        raise Refusal("expired_token", "The access token provided has expired.", status=401)
    portal, installation = _installed(world, grant)
    expires = datetime.fromtimestamp(grant.expires, tz=world.clock.now().tzinfo)
    scope = ",".join(installation.scopes)
    return {
        "result": {
            "client_id": grant.client_id,
            "scope": scope,
            "expires": expires.isoformat(timespec="seconds"),
            "user_id": grant.user_id,
            "install": _install(portal, installation, scope),
        },
        "time": time_block(Spent(world.clock.now(), 0.001)),
    }


def _install(portal: Portal, installation: Installation, scope: str) -> dict[str, Any]:
    return {
        "installed": installation.installed,
        "version": str(installation.version),
        "status": installation.status,
        "scope": scope,
        "domain": portal.host,
        "uri": portal.url,
        "client_endpoint": portal.client_endpoint,
        "member_id": portal.member_id,
        "member_type": "bitrix24" if portal.profile == "cloud" else "selfhosted",
    }


def _client(world: WorldData, fields: Mapping[str, Any]) -> ApplicationCard:
    card = world.applications.get(str(fields.get("client_id") or ""))
    if card is None:
        raise Refusal("wrong_client", status=200)
    if str(fields.get("client_secret") or "") != card.client_secret:
        raise Refusal("invalid_client", "Client secret is wrong")
    return card


def _check_scope(card: ApplicationCard, asked: str) -> None:
    """Refuse more than the card allows (settings/oauth/error-codes.md)."""
    if not set(asked.replace(",", " ").split()) <= set(card.scopes):
        raise Refusal("invalid_scope", "The scope requested is invalid for this request", status=403)


def _foreign(world: WorldData, grant: Grant, host: str) -> bool:
    """Return whether the grant belongs to a portal of another authorization server than the one asked."""
    if assumptions.AUTHORIZATION_SERVERS_SHARE_TOKENS or not host:
        return False
    return (world.portals[grant.member_id].oauth_host or world.oauth_host) != host


def _refresh_grant(world: WorldData, card: ApplicationCard, fields: Mapping[str, Any], host: str) -> Grant:
    token = str(fields.get("refresh_token") or "")
    if not token:
        raise Refusal("invalid_request", 'No "refresh_token" parameter found')
    if token in world.tokens.removed:
        raise Refusal("NOT_INSTALLED", "Application not installed", status=401)
    grant = world.tokens.refresh.get(token)
    if grant is None or grant.client_id != card.client_id or _foreign(world, grant, host):
        raise Refusal("invalid_grant", "Invalid refresh token")
    if not grant.alive(world.clock.timestamp()):
        raise Refusal("expired_token", "The refresh token provided has expired.", status=401)
    _installed(world, grant)
    return grant if assumptions.OLD_REFRESH_TOKEN_WORKS else world.tokens.take_refresh(token) or grant


def _code_grant(world: WorldData, card: ApplicationCard, fields: Mapping[str, Any], host: str) -> Grant:
    code = str(fields.get("code") or "")
    if not code:
        raise Refusal("invalid_request", 'No "code" parameter found')
    grant = world.tokens.take_code(code)
    if grant is None or grant.client_id != card.client_id or not grant.alive(world.clock.timestamp()):
        raise Refusal("invalid_grant", "Invalid authorization code")
    if _foreign(world, grant, host):
        raise Refusal("invalid_grant", "Invalid authorization code")
    _installed(world, grant)
    return grant


def _installed(world: WorldData, grant: Grant) -> tuple[Portal, Installation]:
    portal = world.portals[grant.member_id]
    installation = portal.installations.get(grant.client_id)
    if portal.deleted:
        code, text, status = assumptions.DELETED_PORTAL_TOKEN_ERROR
        raise Refusal(code, text, status=status)
    if installation is None or not installation.active:
        raise Refusal("NOT_INSTALLED", "Application not installed", status=401)
    if plan.payment_expired(portal, installation):
        raise Refusal("PAYMENT_REQUIRED", "Payment required", status=401)
    return portal, installation


def _give(world: WorldData, card: ApplicationCard, grant: Grant) -> dict[str, Any]:
    portal, installation = _installed(world, grant)
    tokens = world.tokens.issue(card.client_id, portal.member_id, grant.user_id, world.clock.timestamp())
    return {
        "access_token": tokens.access,
        "expires": tokens.expires,
        "expires_in": tokens.expires_in,
        "scope": ",".join(installation.scopes),
        "domain": portal.oauth_host or world.oauth_host,
        "server_endpoint": portal.server_endpoint,
        "status": installation.status,
        "client_endpoint": portal.client_endpoint,
        "member_id": portal.member_id,
        "user_id": grant.user_id,
        "refresh_token": tokens.refresh,
    }
