"""Verbs about the clock, the plan and the Marketplace subscription."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from sandbox.portal import Portal
from sandbox.scenario.fields import Field, Verb, WrongValue

GROUP = "terms"
PLANS = ("basic", "std", "pro100", "ent250", "ent500", "ent1000")
ORDER = ("project", *PLANS)
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
    "Europe/Minsk",
    "Asia/Almaty",
    "UTC",
)


def _plans(portal: Portal) -> list[tuple[str, str]]:
    prefix = portal.paid_plan.partition("_")[0]
    return [(f"{prefix}_{plan}", f"{prefix}_{plan}") for plan in PLANS]


def _advance(portal: Portal, values: dict[str, Any]) -> None:
    spans = {name: values[name] for name in ("days", "hours", "minutes") if values[name]}
    portal.world.clock.advance(**spans)


def _time_zone(portal: Portal, values: dict[str, Any]) -> None:
    try:
        portal.set_time_zone(values["zone"])
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise WrongValue(f"no time zone {values['zone']}") from error


def _zones(_portal: Portal) -> list[tuple[str, str]]:
    return [(name, name) for name in ZONES]


def _end_plan(portal: Portal, values: dict[str, Any]) -> None:
    portal.paid_till = portal.today() + timedelta(days=values["in_days"])
    portal.forced_state = ""


def _set_terms(portal: Portal, values: dict[str, Any]) -> None:
    portal.paid_till = values["paid_till"] or portal.paid_till
    portal.marketplace_till = values["marketplace_till"] or portal.marketplace_till
    portal.forced_state = ""


def _renew(portal: Portal, values: dict[str, Any]) -> None:
    portal.renew(values["plan"], values["months"])


def _move(portal: Portal, values: dict[str, Any], *, up: bool) -> None:
    prefix, _, now = portal.paid_plan.partition("_")
    wanted = values["plan"] or f"{prefix}_{_neighbour(now, up=up)}"
    if (_height(wanted) > _height(portal.paid_plan)) is not up or _height(wanted) == _height(
        portal.paid_plan
    ):
        raise WrongValue(f"{wanted} is not {'above' if up else 'below'} {portal.paid_plan}")
    portal.previous_plan = portal.paid_plan
    portal.renew(wanted, values["months"])


def _neighbour(plan: str, *, up: bool) -> str:
    place = ORDER.index(plan) if plan in ORDER else ORDER.index("std")
    return ORDER[min(len(ORDER) - 1, place + 1) if up else max(0, place - 1)]


def _height(plan: str) -> int:
    bare = plan.partition("_")[2]
    if bare not in ORDER:
        raise WrongValue(f"unknown plan {plan}")
    return ORDER.index(bare)


MONTHS = Field("months", "int", 12)
PLAN = Field("plan", choices=_plans)

VERBS = (
    Verb(
        "advance",
        GROUP,
        _advance,
        (Field("days", "float", 0), Field("hours", "float"), Field("minutes", "float")),
        {"days": 1},
    ),
    Verb(
        "time_zone",
        GROUP,
        _time_zone,
        (Field("zone", required=True, choices=_zones),),
        {"zone": "Asia/Vladivostok"},
    ),
    Verb("end_plan", GROUP, _end_plan, (Field("in_days", "int", 0),), {"in_days": 0}),
    Verb("set_terms", GROUP, _set_terms, (Field("paid_till", "date"), Field("marketplace_till", "date"))),
    Verb("enter_grace", GROUP, lambda portal, _: portal.enter_grace()),
    Verb("lapse_to_free", GROUP, lambda portal, _: portal.lapse_to_free()),
    Verb("lock", GROUP, lambda portal, _: portal.lock()),
    Verb("end_marketplace", GROUP, lambda portal, _: portal.end_marketplace()),
    Verb("renew", GROUP, _renew, (MONTHS, PLAN), {"months": 12}),
    Verb("upgrade", GROUP, lambda portal, values: _move(portal, values, up=True), (PLAN, MONTHS)),
    Verb("downgrade", GROUP, lambda portal, values: _move(portal, values, up=False), (PLAN, MONTHS)),
    Verb(
        "renew_marketplace",
        GROUP,
        lambda portal, values: portal.renew_marketplace(values["months"]),
        (MONTHS,),
    ),
)
