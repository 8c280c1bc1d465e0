"""Authorization of REST calls: token or webhook, scopes, rights, in the portal's order (its source, rest 25.600)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import plan
from sandbox.application import ApplicationCard, Installation
from sandbox.rest.registry import Method, Refusal
from sandbox.rest.request import RestRequest
from sandbox.tokens import Grant

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.user import User


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller: the person, the application or webhook, the scopes."""

    user: User
    card: ApplicationCard | None
    scopes: frozenset[str]
    key: str
    token: str = ""


def identify(portal: Portal, request: RestRequest, method: Method) -> Caller:
    """Return the caller, or refuse with the first fault found."""
    if portal.scheme == "https" and not request.secure:
        raise Refusal("INVALID_REQUEST", "Https required.", status=400)
    if request.by_webhook:
        return _webhook(portal, request, method)
    if not request.token:
        raise Refusal("NO_AUTH_FOUND", "Wrong authorization data", status=401)
    return _token(portal, request.token, method)


def _token(portal: Portal, token: str, method: Method) -> Caller:
    grant, installation = _resolve_token(portal, token)
    if not plan.rest_allowed(portal, installation):
        raise Refusal("ACCESS_DENIED", "REST is available only on commercial plans.", status=401)
    if not installation.active:
        raise Refusal("APPLICATION_NOT_FOUND", "Application not found", status=401)
    if not grant.alive(portal.world.clock.timestamp()):
        raise Refusal("expired_token", "The access token provided has expired", status=401)
    scopes = frozenset(installation.scopes)
    demand_scope(method, scopes)
    user = _person(portal, grant.user_id)
    if not portal.has_right(user, "app"):
        text = "The user does not have access to the application."
        raise Refusal("user_access_error", text, status=401)
    return Caller(user, installation.card, scopes, installation.card.client_id, token)


def _resolve_token(portal: Portal, token: str) -> tuple[Grant, Installation]:
    """Return the grant and the installation of a token, or refuse as the authorization server does."""
    book = portal.world.tokens
    if token in book.removed:
        raise Refusal("ERROR_OAUTH", "Application not installed", status=401)
    grant = book.access.get(token)
    if grant is None or grant.member_id != portal.member_id:
        raise Refusal("invalid_token", "Unable to get application by token", status=401)
    installation = portal.installations.get(grant.client_id)
    if installation is None:
        raise Refusal("ERROR_OAUTH", "Application not installed", status=401)
    if plan.payment_expired(portal, installation):
        raise Refusal("PAYMENT_REQUIRED", "Subscription has been ended", status=401)
    return grant, installation


def _webhook(portal: Portal, request: RestRequest, method: Method) -> Caller:
    hook = portal.webhooks.get(request.hook_secret)
    if hook is None or str(hook.user_id) != request.hook_user:
        raise Refusal("INVALID_CREDENTIALS", "Invalid request credentials", status=401)
    if not plan.rest_allowed(portal):
        raise Refusal("ACCESS_DENIED", "REST is available only by subscription.", status=401)
    demand_scope(method, hook.scopes, "webhook token")
    return Caller(_person(portal, hook.user_id), None, hook.scopes, f"webhook-{hook.secret}")


def _person(portal: Portal, user_id: int) -> User:
    user = portal.user(user_id)
    if user is None or not user.active:
        raise Refusal("authorization_error", "Unable to authorize user", status=401)
    return user


def has_scope(method: Method, scopes: frozenset[str]) -> bool:
    """Return whether a method's scope, or one of several named "a|b", is granted."""
    return not method.scope or any(scope in scopes for scope in method.scope.split("|"))


def demand_scope(method: Method, scopes: frozenset[str], bearer: str = "access token") -> None:
    """Refuse a method whose scope was not granted."""
    if not has_scope(method, scopes):
        text = f"The request requires higher privileges than provided by the {bearer}"
        raise Refusal("insufficient_scope", text, status=401)


def demand_right(portal: Portal, caller: Caller, method: Method) -> None:
    """Refuse a webhook where an application is needed, and a user without the right."""
    if method.application_only and caller.card is None:
        text = "Current authorization type is denied for this method Application context required"
        raise Refusal("WRONG_AUTH_TYPE", text, status=403)
    if not portal.has_right(caller.user, method.right):
        raise method.denial or Refusal("ACCESS_DENIED", "Access denied!", status=403)
