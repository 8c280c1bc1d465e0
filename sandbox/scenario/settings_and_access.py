"""Verbs about settings and access: switching off, deletion, rights, scopes, dismissal of users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.portal import Portal
from sandbox.scenario import choices
from sandbox.scenario.fields import Field, Verb

THINGS = "things"
ACCESS = "access"
KIND = Field("kind", required=True, choices=choices.kinds)
ID = Field("id", required=True)
USER = Field("user", required=True, choices=choices.people)
RIGHT = Field("right", required=True, choices=choices.rights)
SCOPE = Field("scope", required=True, choices=choices.scopes)
APPLICATION = Field("application", choices=choices.applications)


def _on_object(act: Callable[[Portal, str, str], None]) -> Callable[[Portal, dict[str, Any]], None]:
    return lambda portal, values: act(portal, values["kind"], values["id"])


def _withhold_right(portal: Portal, values: dict[str, Any]) -> None:
    portal.withhold_right(choices.find_user(portal, values["user"]), values["right"])


def _grant_right(portal: Portal, values: dict[str, Any]) -> None:
    portal.grant_right(choices.find_user(portal, values["user"]), values["right"])


def _withhold_scope(portal: Portal, values: dict[str, Any]) -> None:
    portal.withhold_scope(choices.find_card(portal, values["application"]), values["scope"])


def _grant_scope(portal: Portal, values: dict[str, Any]) -> None:
    portal.grant_scope(choices.find_card(portal, values["application"]), values["scope"])


def _dismiss(portal: Portal, values: dict[str, Any]) -> None:
    portal.dismiss(choices.find_user(portal, values["user"]))


def _reinstate(portal: Portal, values: dict[str, Any]) -> None:
    choices.find_user(portal, values["user"]).active = True


def _fill_disk(portal: Portal, values: dict[str, Any]) -> None:
    portal.fill_disk(full=values["full"])


VERBS = (
    Verb("switch_off", THINGS, _on_object(Portal.switch_off), (KIND, ID), {"kind": "pay_system", "id": 2}),
    Verb("switch_on", THINGS, _on_object(Portal.switch_on), (KIND, ID), {"kind": "pay_system", "id": 2}),
    Verb("remove", THINGS, _on_object(Portal.remove), (KIND, ID), {"kind": "pipeline", "id": 1}),
    Verb("fill_disk", THINGS, _fill_disk, (Field("full", "flag", default=True),), {"full": True}),
    Verb("withhold_right", ACCESS, _withhold_right, (USER, RIGHT), {"user": "admin", "right": "crm_admin"}),
    Verb("grant_right", ACCESS, _grant_right, (USER, RIGHT), {"user": "admin", "right": "crm_admin"}),
    Verb("withhold_scope", ACCESS, _withhold_scope, (SCOPE, APPLICATION), {"scope": "sale"}),
    Verb("grant_scope", ACCESS, _grant_scope, (SCOPE, APPLICATION), {"scope": "sale"}),
    Verb("dismiss", ACCESS, _dismiss, (USER,), {"user": "employee"}),
    Verb("reinstate", ACCESS, _reinstate, (USER,), {"user": "employee"}),
)
