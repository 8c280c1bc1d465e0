"""app.option.*, user.option.*: settings of an application and of each of its users."""

from __future__ import annotations

from typing import Any

from sandbox.rest.arguments import own_installation
from sandbox.rest.registry import Call, Refusal, method


@method("app.option.get")
def read_app_options(call: Call) -> Any:
    """app.option.get: one value, or the whole map ([] when empty)."""
    return _read(own_installation(call).app_options, call)


@method("app.option.set")
def write_app_options(call: Call) -> Any:
    """app.option.set: administrators only."""
    installation = own_installation(call)
    if not call.portal.has_right(call.user, "admin"):
        text = "Access denied! Administrator authorization required"
        raise Refusal("ACCESS_DENIED", text, status=403)
    return _write(installation.app_options, call)


@method("user.option.get")
def read_user_options(call: Call) -> Any:
    """user.option.get: the same, for the calling user."""
    return _read(own_installation(call).user_options.get(call.user.id, {}), call)


@method("user.option.set")
def write_user_options(call: Call) -> Any:
    """user.option.set: the same, for the calling user."""
    return _write(own_installation(call).user_options.setdefault(call.user.id, {}), call)


def _read(options: dict[str, Any], call: Call) -> Any:
    name = call.get("option")
    if name:
        return options.get(str(name))
    return dict(options) or []


def _write(options: dict[str, Any], call: Call) -> bool:
    given = call.get("options", call.params)
    if not isinstance(given, dict) or not given:
        raise Refusal("ERROR_ARGUMENT", "Argument 'options' is null or empty", extra={"argument": "options"})
    options.update(given)
    return True
