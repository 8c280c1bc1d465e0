"""Verbs about the network: refusals, faulty answers, latency, a new address, expired tokens, an older portal."""

from __future__ import annotations

from typing import Any, get_args

from sandbox.faults import KNOWN, Kind
from sandbox.portal import Portal
from sandbox.scenario import choices
from sandbox.scenario.fields import Field, Verb, WrongValue

GROUP = "network"
BAD_ANSWERS = tuple(kind for kind in get_args(Kind) if kind != "refuse")
PATH_RULES = ("any", "listed")
NEWER_FIELDS = ("SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE")
TIMES = Field("times", "int", 1)
METHOD = Field("method")


def _refuse_next(portal: Portal, values: dict[str, Any]) -> None:
    portal.refuse_next(
        values["code"],
        times=values["times"],
        method=values["method"],
        description=values["description"],
        status=values["status"],
    )


def _answer_next(portal: Portal, values: dict[str, Any]) -> None:
    kind: Any = _one_of(values["kind"], BAD_ANSWERS)
    portal.answer_next(kind, times=values["times"], method=values["method"], seconds=values["seconds"])


def _slow_down(portal: Portal, values: dict[str, Any]) -> None:
    portal.world.latency = values["latency_ms"] / 1000
    portal.world.per_command = values["per_command_ms"] / 1000


def _change_address(portal: Portal, values: dict[str, Any]) -> None:
    taken = portal.world.portal_at(values["host"])
    if taken is not None and taken is not portal:
        raise WrongValue(f"{values['host']} is taken")
    portal.change_address(values["host"])


def _expire_tokens(portal: Portal, values: dict[str, Any]) -> None:
    portal.expire_tokens(choices.find_card(portal, values["application"]))


def _open_path_rule(portal: Portal, values: dict[str, Any]) -> None:
    portal.extra["open_path_rule"] = _one_of(values["rule"], PATH_RULES)


def _frame_fields(portal: Portal, values: dict[str, Any]) -> None:
    portal.hidden_frame_fields = tuple(_one_of(name, NEWER_FIELDS) for name in values["hidden"])


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise WrongValue(f"{value} is none of {', '.join(allowed)}")
    return value


def _codes(_portal: Portal) -> list[tuple[str, str]]:
    return [(code.upper(), code.upper()) for code in KNOWN]


def _bad_answers(_portal: Portal) -> list[tuple[str, str]]:
    return [(kind, kind) for kind in BAD_ANSWERS]


def _rules(_portal: Portal) -> list[tuple[str, str]]:
    return [(rule, rule) for rule in PATH_RULES]


VERBS = (
    Verb(
        "refuse_next",
        GROUP,
        _refuse_next,
        (
            Field("code", required=True, choices=_codes),
            TIMES,
            METHOD,
            Field("description"),
            Field("status", "int"),
        ),
        {"code": "QUERY_LIMIT_EXCEEDED", "times": 3},
    ),
    Verb(
        "answer_next",
        GROUP,
        _answer_next,
        (Field("kind", required=True, choices=_bad_answers), TIMES, METHOD, Field("seconds", "float", 0.0)),
        {"kind": "html", "times": 1},
    ),
    Verb("forgive", GROUP, lambda portal, _: portal.faults.clear()),
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
    Verb("expire_tokens", GROUP, _expire_tokens, (Field("application", choices=choices.applications),)),
    Verb(
        "open_path_rule",
        GROUP,
        _open_path_rule,
        (Field("rule", required=True, choices=_rules),),
        {"rule": "listed"},
    ),
    Verb(
        "frame_fields", GROUP, _frame_fields, (Field("hidden", "list", ()),), {"hidden": list(NEWER_FIELDS)}
    ),
)
