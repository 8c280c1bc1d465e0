"""The state and the journal of a portal as JSON, without secrets."""

from __future__ import annotations

from typing import Any

from sandbox.application import Installation
from sandbox.faults import Fault
from sandbox.plan import marketplace_active, rest_allowed
from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.scenario.choices import kinds_of
from sandbox.scenario.failures import faults_of, hosts_of
from sandbox.scenario.story import turns_done
from sandbox.scenario.verbs import VERBS
from sandbox.shop.switches import FLAGS

NAMES = ("NAME", "name", "TITLE", "title", "LINE_NAME", "STATUS_ID")
JOURNAL = 50


def state_of(portal: Portal) -> dict[str, Any]:
    """Return the portal's plan, users, applications, objects, faults and settings."""
    world = portal.world
    return {
        "now": portal.now().isoformat(),
        "portal": _terms(portal),
        "users": [_user(portal, user.id) for user in portal.users if user.active],
        "applications": [_application(portal, row) for row in portal.installations.values()],
        "known_applications": {card.client_id: card.title for card in world.applications.values()},
        "things": {kind: _objects(portal, table) for kind, table in kinds_of(portal).items()},
        "faults": [
            _fault(server, number, fault)
            for server, _host in hosts_of(portal)
            for number, fault in enumerate(faults_of(portal, server))
        ],
        "deleted": portal.deleted,
        "authorization_servers": [{"host": each.host, "old": each.old} for each in world.oauth.all],
        "latency_ms": world.latency * 1000,
        "per_command_ms": world.per_command * 1000,
        "disk_full": bool(portal.extra.get("disk_full")),
        "open_path_rule": portal.extra.get("open_path_rule", "any"),
        "hidden_frame_fields": list(portal.hidden_frame_fields),
        "story": turns_done(portal),
        "portals": [each.host for each in world.portals.values()],
        "verbs": list(VERBS),
    }


def journal_of(portal: Portal) -> dict[str, Any]:
    """Return the last requests and events of a portal, newest first, without bodies and tokens."""
    world = portal.world
    asked = [record for record in world.requests if record.host == portal.host][-JOURNAL:]
    sent = [each for each in world.deliveries if each.form.get("auth[member_id]") == portal.member_id][
        -JOURNAL:
    ]
    return {
        "requests": [
            {
                "path": hide_secret(each.path),
                "method": each.method,
                "status": each.status,
                "commands": each.commands,
            }
            for each in reversed(asked)
        ],
        "events": [{"event": each.event, "url": each.url, "status": each.status} for each in reversed(sent)],
    }


def hide_secret(path: str) -> str:
    """Return a path without the secret of a webhook: /rest/1/secret/method."""
    parts = path.split("/")
    if len(parts) > 4 and parts[1] == "rest" and parts[2].isdigit():
        parts[3] = "…"
    return "/".join(parts)


def _terms(portal: Portal) -> dict[str, Any]:
    return {
        "host": portal.host,
        "member_id": portal.member_id,
        "profile": portal.profile,
        "lang": portal.lang,
        "time_zone": portal.time_zone,
        "state": portal.state,
        "plan": portal.plan,
        "paid_plan": portal.paid_plan,
        "paid_till": portal.paid_till.isoformat(),
        "marketplace_till": portal.marketplace_till.isoformat(),
        "marketplace_active": marketplace_active(portal),
        "rest_allowed": rest_allowed(portal) and not portal.deleted,
        "authorization_server": portal.oauth_host or portal.world.oauth_host,
    }


def _user(portal: Portal, user_id: int) -> dict[str, Any]:
    user = portal.user(user_id)
    assert user is not None  # noqa: S101 the id was just taken from the list
    parts = {portal.admin.id: "admin", portal.integrator.id: "integrator", portal.employee.id: "employee"}
    return {
        "id": user.id,
        "name": user.full_name,
        "part": parts.get(user.id, ""),
        "admin": portal.has_right(user, "admin"),
        "withheld": sorted(right for owner, right in portal.withheld_rights if owner == user.id),
    }


def _application(portal: Portal, row: Installation) -> dict[str, Any]:
    return {
        "client_id": row.card.client_id,
        "title": row.card.title,
        "app_id": row.app_id,
        "page": f"{portal.url}/marketplace/app/{row.app_id}/",
        "installed": row.installed,
        "active": row.active,
        "version": row.version,
        "scopes": list(row.scopes),
        "withheld": sorted(row.withheld),
        "placements": [each.placement for each in row.placements],
        "events": [each.event for each in row.events],
    }


def _objects(portal: Portal, table: str) -> list[dict[str, Any]]:
    kept = portal.tables[table]
    return [{"id": row[kept.key], "name": _name(row), "on": _on(row)} for row in kept]


def _name(row: Row) -> str:
    return next((str(row[key]) for key in NAMES if row.get(key)), "")


def _on(row: Row) -> bool | None:
    flag = next((name for name in FLAGS if name in row), None)
    return None if flag is None else row[flag] in (True, "Y")


def _fault(server: str, number: int, fault: Fault) -> dict[str, Any]:
    return {
        "server": server,
        "number": number,
        "kind": fault.kind,
        "times": fault.times,
        "until_forgiven": fault.times is None,
        "method": fault.method,
        "code": fault.refusal.code if fault.refusal else None,
        "seconds": fault.seconds,
        "status": fault.refusal.status if fault.refusal else fault.status,
    }
