"""Checks of arguments that several methods share, with the portal's own refusals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.application import Installation
from sandbox.rest.registry import Call, Refusal


def demand(call: Call, name: str) -> Any:
    """Return an argument that must not be empty."""
    value = call.get(name)
    if value in (None, "", [], {}):
        raise Refusal("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", extra={"argument": name})
    return value


def demand_text(call: Call, name: str) -> str:
    """Return an argument that must be a string and not an empty one."""
    value = demand(call, name)
    if not isinstance(value, str):
        text = f"The value of an argument '{name}' must be of type string"
        raise Refusal("ERROR_ARGUMENT", text, extra={"argument": name})
    return value


def check_handler(address: str) -> None:
    """Refuse an address that no portal would call: other protocols, hosts without a dot (placement.php)."""
    url = urlsplit(address)
    if "." not in (url.hostname or ""):
        raise Refusal("ERROR_WRONG_HANDLER_URL", "Wrong handler URL")
    if url.scheme not in ("http", "https"):
        raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol")


def own_installation(call: Call) -> Installation:
    """Return the caller's installation; only an application has one."""
    if call.card is None:
        raise Refusal("ACCESS_DENIED", "Access denied! Application context required", status=403)
    return call.portal.installations[call.card.client_id]


def whole(value: Any) -> int:
    """Read a number as PHP's intval does."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
