"""The API behind BX24 commands of a frame: tokens, options, installation, selection dialogs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox.application import Installation
from sandbox.plan import payment_expired, rest_allowed
from sandbox.rest.table import Table
from sandbox.screen.app_pages import find_row
from sandbox.screen.crm_pages import name_of
from sandbox.screen.visit import Visit, current, sessid_fits

CRM_SHOWN = 30
LETTERS = {"lead": "L", "contact": "C", "company": "CO", "deal": "D", "quote": "Q"}


def register(pages: Blueprint) -> None:
    """Put the frame's backend on the screen."""
    pages.add_url_rule("/sandbox/frame/<action>", view_func=answer, methods=["POST"])


def answer(action: str) -> Response:
    """Answer one request of the parent script; it needs a valid sessid and paid use (portal-protocol §1.7)."""
    visit = current()
    if not sessid_fits(request.headers.get("X-Bitrix-Csrf-Token", "")):
        abort(403)
    body = request.get_json()
    row = find_row(visit.portal, str(body.get("ID", ""))) or abort(404)
    if action not in ACTIONS:
        abort(404)
    if payment_expired(visit.portal, row) or not rest_allowed(visit.portal, row):
        return jsonify({"error": "ACCESS_DENIED", "error_description": visit.say("plan_text")})
    params = body.get("params")
    with visit.world.lock:
        return jsonify(ACTIONS[action](visit, row, params if isinstance(params, dict) else {}))


def refresh_access(visit: Visit, row: Installation, _params: dict[str, Any]) -> dict[str, str]:
    """Give new tokens, all of them strings."""
    tokens = visit.portal.issue_tokens(row.card, visit.user)
    return {
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "expires_in": str(tokens.expires_in),
    }


def set_installed(visit: Visit, row: Installation, params: dict[str, Any]) -> dict[str, str]:
    """Finish the installation; "true" and "false" are strings."""
    if not visit.admin or not params.get("value", True):
        return {"result": "false"}
    if not row.installed:
        visit.portal.finish_install(row.card)
    return {"result": "true"}


def set_install(visit: Visit, row: Installation, params: dict[str, Any]) -> dict[str, Any]:
    """Remember that this person has seen the first run."""
    row.first_run[visit.user.id] = not params.get("install", True)
    return params


def set_application_option(visit: Visit, row: Installation, params: dict[str, Any]) -> dict[str, Any]:
    """Store an option of the application; administrators only."""
    if not visit.admin:
        abort(403)
    row.app_options[str(params.get("name", ""))] = params.get("value")
    return row.app_options


def set_user_option(visit: Visit, row: Installation, params: dict[str, Any]) -> dict[str, Any]:
    """Store an option of this person."""
    row.user_options.setdefault(visit.user.id, {})[str(params.get("name", ""))] = params.get("value")
    return params


def list_users(visit: Visit, _row: Installation, _params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return employees as the choosing dialog gives them to an application."""
    return [
        {
            "id": str(user.id),
            "name": user.full_name,
            "photo": user.photo,
            "position": str(user.fields.get("WORK_POSITION") or ""),
            "url": f"/company/personal/user/{user.id}/",
            "sub": False,
            "sup": False,
        }
        for user in visit.portal.users
        if user.active and user.user_type == "employee"
    ]


def list_access(visit: Visit, row: Installation, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return access codes: everybody and each employee (bx24-select-access.md)."""
    people = [{"id": f"U{each['id']}", "name": each["name"]} for each in list_users(visit, row, params)]
    return [{"id": "AU", "name": visit.say("all_authorised")}, *people]


def list_crm(visit: Visit, _row: Installation, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the newest CRM items of the asked types (bx24-select-crm.md)."""
    kinds = [kind for kind in params.get("entityType", []) if kind in LETTERS]
    return [each for kind in kinds for each in _items(visit, kind)]


def _items(visit: Visit, kind: str) -> list[dict[str, Any]]:
    table = visit.portal.tables.get(kind, Table())
    rows = [(row_id, table.get(row_id) or {}) for row_id in reversed(table.ids[-CRM_SHOWN:])]
    return [
        {
            "id": f"{LETTERS[kind]}_{row_id}",
            "type": kind,
            "place": kind,
            "title": name_of(row),
            "desc": "",
            "url": f"/crm/{kind}/show/{row_id}/",
        }
        for row_id, row in rows
    ]


ACTIONS = {
    "access_refresh": refresh_access,
    "set_installed": set_installed,
    "set_install": set_install,
    "set_option": set_application_option,
    "set_user_option": set_user_option,
    "select_user": list_users,
    "select_access": list_access,
    "select_crm": list_crm,
}
