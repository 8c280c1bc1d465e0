"""Verbs about applications: install, finish, update, uninstall."""

from __future__ import annotations

from typing import Any

from sandbox.portal import Portal
from sandbox.scenario import choices
from sandbox.scenario.fields import Field, Verb, WrongValue

GROUP = "applications"
APPLICATION = Field("application", choices=choices.applications)


def _install(portal: Portal, values: dict[str, Any]) -> None:
    card = choices.find_card(portal, values["application"], installed=False)
    row = portal.installation(card)
    if row is not None and row.active:
        raise WrongValue(f"{card.title} is installed already")
    portal.add_application(card)


def _finish_install(portal: Portal, values: dict[str, Any]) -> None:
    portal.finish_install(choices.find_card(portal, values["application"]))


def _update(portal: Portal, values: dict[str, Any]) -> None:
    card = choices.find_card(portal, values["application"])
    row = portal.installations[card.client_id]
    portal.update_application(
        portal.world.applications.get(card.client_id, card), values["version"] or row.version + 1
    )


def _uninstall(portal: Portal, values: dict[str, Any]) -> None:
    portal.uninstall(choices.find_card(portal, values["application"]), clean=values["clean"])


VERBS = (
    Verb("install", GROUP, _install, (APPLICATION,)),
    Verb("finish_install", GROUP, _finish_install, (APPLICATION,)),
    Verb("update", GROUP, _update, (APPLICATION, Field("version", "int"))),
    Verb("uninstall", GROUP, _uninstall, (APPLICATION, Field("clean", "flag", False)), {"clean": True}),
)
