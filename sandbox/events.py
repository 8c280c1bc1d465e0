"""Events: which handlers receive one, the fields of the POST, sending; nothing is sent twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import md5
from typing import TYPE_CHECKING, Any

from sandbox import plan
from sandbox.application import EventBinding, Installation, OfflineEvent
from sandbox.php import flatten
from sandbox.records import Delivery

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.user import User

# The portal's source, rest_provider.php of rest 25.600: which events carry tokens, which a refresh token as well.
WITHOUT_AUTH = {"ONAPPUNINSTALL", "ONAPPMETHODCONFIRM"}
WITH_REFRESH = {"ONAPPINSTALL", "ONAPPUPDATE", "ONAPPTEST", "ONOFFLINEEVENT"}


def fire(
    portal: Portal,
    event: str,
    data: Mapping[str, Any],
    *,
    user: User | None,
    only: Installation | None = None,
) -> None:
    """Send an event to every handler bound to it, of one application or of all."""
    for installation in [only] if only else list(portal.installations.values()):
        if not _receives_events(portal, installation):
            continue
        for binding in [one for one in installation.events if one.event == event]:
            if binding.offline:
                _keep(portal, installation, binding, data, user)
            else:
                _send(portal, installation, binding, data, user)


def send_payment_events(portal: Portal) -> None:
    """Send ONAPPPAYMENT to subscription applications, and ONSUBSCRIPTIONRENEW to all."""
    for installation in list(portal.installations.values()):
        if installation.status == "S":
            expired = "Y" if plan.payment_expired(portal, installation) else "N"
            data = {
                "CODE": installation.card.symbol,
                "VERSION": installation.version,
                "STATUS": installation.status,
                "PAYMENT_EXPIRED": expired,
                "DAYS": plan.application_days(portal, installation),
                "LANGUAGE_ID": portal.lang,
            }
            fire(portal, "ONAPPPAYMENT", data, user=portal.admin, only=installation)
    if plan.marketplace_active(portal):
        fire(portal, "ONSUBSCRIPTIONRENEW", {}, user=None)


def auth_block(portal: Portal, installation: Installation, event: str, user: User | None) -> dict[str, Any]:
    """Return `auth` of an event: long with a user, short without (the portal's source, event/sender.php of rest 25.600)."""
    if user is None or event in WITHOUT_AUTH:
        return _short(portal, installation)
    tokens = portal.issue_tokens(installation.card, user)
    block: dict[str, Any] = {
        "access_token": tokens.access,
        "expires": tokens.expires,
        "expires_in": tokens.expires_in,
        "scope": ",".join(installation.scopes),
        "domain": portal.host,
        "server_endpoint": portal.server_endpoint,
        "status": installation.status,
        "client_endpoint": portal.client_endpoint,
        "member_id": portal.member_id,
        "user_id": user.id,
    }
    if event in WITH_REFRESH:
        block["refresh_token"] = tokens.refresh
    block["application_token"] = installation.application_token
    return block


def _short(portal: Portal, installation: Installation) -> dict[str, Any]:
    return {
        "domain": portal.host,
        "client_endpoint": portal.client_endpoint,
        "server_endpoint": portal.server_endpoint,
        "member_id": portal.member_id,
        "application_token": installation.application_token,
    }


def _receives_events(portal: Portal, installation: Installation) -> bool:
    """Return whether events reach an application: the plan is not asked, the app's own payment is (3.4)."""
    ready = installation.active and installation.installed and not portal.deleted
    return ready and not plan.payment_expired(portal, installation)


def _keep(
    portal: Portal,
    installation: Installation,
    binding: EventBinding,
    data: Mapping[str, Any],
    user: User | None,
) -> None:
    """Put an event into the offline queue; the same name and data are kept once, with the latest moment."""
    named = f"{binding.event}{json.dumps(data, sort_keys=True, default=str)}"
    message_id = md5(named.encode(), usedforsecurity=False).hexdigest()
    moment = portal.now().isoformat(timespec="seconds")
    waiting = (one for one in installation.offline if one.message_id == message_id and not one.process_id)
    found = next(waiting, None)
    if found is not None:
        found.moment = moment
        return
    user_id = user.id if user else 0
    row = OfflineEvent(portal.next_id(), binding.event, dict(data), message_id, moment, user_id)
    installation.offline.append(row)
    _tell_of_queue(portal, installation, user)


def _tell_of_queue(portal: Portal, installation: Installation, user: User | None) -> None:
    """ONOFFLINEEVENT: one message, the next not before minTimeout seconds, by default 1 (events/on-offline-event.md).

    Assumption: what comes into the queue within that time causes no message of its own.
    """
    now = portal.world.clock.timestamp()
    for binding in installation.events:
        if binding.event == "ONOFFLINEEVENT" and not binding.offline:
            wait = max(0, int(binding.options.get("minTimeout", 1)))
            told_at = binding.options.get("told_at")
            if told_at is None or now - told_at >= wait:
                binding.options["told_at"] = now
                _send(portal, installation, binding, {}, user)


def _send(
    portal: Portal,
    installation: Installation,
    binding: EventBinding,
    data: Mapping[str, Any],
    user: User | None,
) -> None:
    world = portal.world
    actor = portal.user(binding.user_id) if binding.user_id else user
    form = flatten(
        {
            "event": binding.event,
            "event_handler_id": binding.id,
            "data": data,
            "ts": int(world.clock.timestamp()),
            "auth": auth_block(portal, installation, binding.event, actor),
        }
    )
    status = world.deliver(binding.handler, form)
    world.deliveries.append(Delivery(binding.handler, form, status, world.clock.timestamp()))
