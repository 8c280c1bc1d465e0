"""Installing, finishing, updating and removing an application in a portal (the portal's source, rest 25.600)."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

from sandbox import events
from sandbox.application import ApplicationCard, EventBinding, Installation

if TYPE_CHECKING:
    from sandbox.portal import Portal


def add_application(portal: Portal, card: ApplicationCard) -> Installation:
    """Make the application's row; without an install page it is installed at once."""
    previous = portal.installations.get(card.client_id)
    installation = _row(portal, card, previous.app_id if previous else portal.next_id())
    portal.installations[card.client_id] = installation
    _give_back_options(portal, installation)
    if card.only_api and card.install_url:
        installation.events.append(EventBinding(portal.next_id(), "ONAPPINSTALL", card.install_url))
    if installation.installed:
        _tell_installed(portal, installation)
    return installation


def finish_install(portal: Portal, card: ApplicationCard) -> None:
    """Set INSTALLED=Y, then send ONAPPINSTALL."""
    installation = portal.installations[card.client_id]
    installation.installed = True
    _tell_installed(portal, installation)


def update_application(portal: Portal, card: ApplicationCard, version: int) -> None:
    """Install another version: bindings go (event-bind.md), ONAPPUPDATE is sent when it is finished."""
    installation = portal.installations[card.client_id]
    previous, installation.version = installation.version, version
    data = {"VERSION": version, "PREVIOUS_VERSION": previous, "LANGUAGE_ID": portal.lang}
    events.fire(portal, "ONAPPUPDATE", data, user=portal.admin, only=installation)
    installation.events.clear()
    installation.placements.clear()
    installation.card = card
    installation.installed = card.only_api or not card.install_url


def uninstall(portal: Portal, card: ApplicationCard, *, clean: bool) -> None:
    """Send ONAPPUNINSTALL, drop bindings and tokens; with `clean` the options go too."""
    installation = portal.installations[card.client_id]
    data = {"CLEAN": int(clean), "LANGUAGE_ID": portal.lang}
    portal.world.tokens.revoke(card.client_id, portal.member_id)
    events.fire(portal, "ONAPPUNINSTALL", data, user=None, only=installation)
    installation.events.clear()
    installation.offline.clear()
    installation.placements.clear()
    installation.active = installation.installed = False
    portal.kept_options.pop(card.client_id, None)
    if not clean:
        kept = {"app": installation.app_options, "user": installation.user_options}
        portal.kept_options[card.client_id] = kept
    if installation.status == "L":
        del portal.installations[card.client_id]


def _row(portal: Portal, card: ApplicationCard, app_id: int) -> Installation:
    shared = f"{portal.member_id}|{app_id}|{card.client_secret}|{portal.world.seed}"
    return Installation(
        card=card,
        app_id=app_id,
        application_token=md5(shared.encode(), usedforsecurity=False).hexdigest(),
        installed=card.only_api or not card.install_url,
        status=card.status,
        installer_id=portal.admin.id,
    )


def _give_back_options(portal: Portal, installation: Installation) -> None:
    kept = portal.kept_options.pop(installation.card.client_id, None)
    if kept:
        installation.app_options = kept["app"]
        installation.user_options = kept["user"]


def _tell_installed(portal: Portal, installation: Installation) -> None:
    data = {
        "VERSION": installation.version,
        "ACTIVE": "Y",
        "INSTALLED": "Y",
        "LANGUAGE_ID": portal.lang,
    }
    events.fire(portal, "ONAPPINSTALL", data, user=portal.admin, only=installation)
