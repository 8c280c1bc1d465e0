"""Verbs about the network: latency, addresses of portal and authorization server, expired tokens, an older portal."""

from __future__ import annotations

from typing import Any, get_args

from sandbox.authorization import OldAddress
from sandbox.portal import Portal
from sandbox.scenario import choices
from sandbox.scenario.failures import GROUP
from sandbox.scenario.fields import Field, Verb, WrongValue, one_of
from sandbox.shop import show_unverified_methods

PATH_RULES = ("any", "listed")
OLD_ADDRESSES: tuple[str, ...] = get_args(OldAddress)
NEWER_FIELDS = ("SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE")


def _slow_down(portal: Portal, values: dict[str, Any]) -> None:
    portal.world.latency = values["latency_ms"] / 1000
    portal.world.per_command = values["per_command_ms"] / 1000


def _change_address(portal: Portal, values: dict[str, Any]) -> None:
    taken = portal.world.portal_at(values["host"])
    if taken is not None and taken is not portal:
        raise WrongValue(f"{values['host']} is taken")
    portal.change_address(values["host"])


def _add_server(portal: Portal, values: dict[str, Any]) -> None:
    host = portal.world.plain_host(values["host"])
    if portal.world.portal_at(host) is not None:
        raise WrongValue(f"{host} is taken")
    portal.world.add_authorization_server(host)


def _use_server(portal: Portal, values: dict[str, Any]) -> None:
    portal.use_authorization_server(values["host"] or "")


def _move_server(portal: Portal, values: dict[str, Any]) -> None:
    old: Any = one_of(values["old"], OLD_ADDRESSES) if values["old"] else None
    portal.world.move_authorization_server(values["host"], old)


def _expire_tokens(portal: Portal, values: dict[str, Any]) -> None:
    portal.expire_tokens(choices.find_card(portal, values["application"]))


def _open_path_rule(portal: Portal, values: dict[str, Any]) -> None:
    portal.extra["open_path_rule"] = one_of(values["rule"], PATH_RULES)


def _frame_fields(portal: Portal, values: dict[str, Any]) -> None:
    portal.hidden_frame_fields = tuple(one_of(name, NEWER_FIELDS) for name in values["hidden"])


def _show_unverified(portal: Portal, values: dict[str, Any]) -> None:
    show_unverified_methods(portal, shown=values["shown"])


def _servers(portal: Portal) -> list[tuple[str, str]]:
    return [(each.host, each.host) for each in portal.world.oauth.all]


VERBS = (
    Verb(
        "slow_down",
        GROUP,
        _slow_down,
        (Field("latency_ms", "float", 0.0), Field("per_command_ms", "float", 0.0)),
        {"latency_ms": 60, "per_command_ms": 20},
    ),
    Verb(
        "change_address",
        GROUP,
        _change_address,
        (Field("host", required=True),),
        {"host": "moved.localhost:8000"},
    ),
    Verb(
        "add_authorization_server",
        GROUP,
        _add_server,
        (Field("host", required=True),),
        {"host": "localhost:8002"},
    ),
    Verb("use_authorization_server", GROUP, _use_server, (Field("host", choices=_servers),)),
    Verb(
        "move_authorization_server",
        GROUP,
        _move_server,
        (
            Field("host", required=True, choices=_servers),
            Field("old", choices=lambda _: [(each, each) for each in OLD_ADDRESSES]),
        ),
        {"old": "gone"},
    ),
    Verb("expire_tokens", GROUP, _expire_tokens, (Field("application", choices=choices.applications),)),
    Verb(
        "open_path_rule",
        GROUP,
        _open_path_rule,
        (Field("rule", required=True, choices=lambda _: [(rule, rule) for rule in PATH_RULES]),),
        {"rule": "listed"},
    ),
    Verb(
        "unverified_methods",
        GROUP,
        _show_unverified,
        (Field("shown", "flag", default=False),),
        {"shown": True},
    ),
    Verb(
        "frame_fields", GROUP, _frame_fields, (Field("hidden", "list", ()),), {"hidden": list(NEWER_FIELDS)}
    ),
)
