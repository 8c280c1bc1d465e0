"""Routes of the scenario: the panel, one POST per verb, the state, the journal."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request

from sandbox.portal import Portal
from sandbox.scenario.fields import WrongValue, read_values
from sandbox.scenario.panel_texts import say
from sandbox.scenario.state import journal_of, state_of
from sandbox.scenario.story import GROUP as STORY_GROUP
from sandbox.scenario.story import story_of
from sandbox.scenario.verbs import ALL, GROUPS, VERBS
from sandbox.world_data import WorldData

Answer = tuple[Response, int]


def register(pages: Blueprint, world: WorldData) -> None:
    """Put the panel and its API on the portal's address."""
    scenario = Blueprint(
        "scenario",
        __name__,
        url_prefix="/scenario",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )

    @scenario.get("/")
    def show_panel() -> str:
        portal = _asked_portal(world, request.args.get("portal"))
        return render_template(
            "scenario.html", **panel_of(portal, request.cookies.get("sandbox_lang", portal.lang))
        )

    @scenario.get("/api/state")
    def show_state() -> Response:
        with world.lock:
            return jsonify(state_of(_asked_portal(world, request.args.get("portal"))))

    @scenario.get("/api/journal")
    def show_journal() -> Response:
        with world.lock:
            return jsonify(journal_of(_asked_portal(world, request.args.get("portal"))))

    @scenario.post("/api/<verb>")
    def act(verb: str) -> Answer:
        return _act(world, verb)

    pages.register_blueprint(scenario)


def panel_of(portal: Portal, lang: str) -> dict[str, Any]:
    """Return the context of the panel's template: the portal's state and a form per verb."""
    return {
        "state": state_of(portal),
        "journal": journal_of(portal),
        "groups": [
            (group, [verb for verb in ALL if verb.group == group]) for group in GROUPS if group != STORY_GROUP
        ],
        "story": story_of(portal, lang),
        "portal": portal,
        "w": lambda key: say(lang, key),
        "example": lambda verb: json.dumps(dict(verb.example), ensure_ascii=False),
    }


def _act(world: WorldData, name: str) -> Answer:
    if not _same_origin():
        return jsonify({"ok": False, "error": "the request comes from another site"}), 403
    verb = VERBS.get(name)
    if verb is None:
        return jsonify({"ok": False, "error": f"no such verb: {name}", "verbs": list(VERBS)}), 404
    body = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        return jsonify({"ok": False, "error": "the body must be a JSON object"}), 400
    with world.lock:
        portal = _asked_portal(world, body.get("portal"))
        try:
            verb.run(portal, read_values(verb, body))
        except (WrongValue, ValueError, KeyError) as wrong:
            return jsonify({"ok": False, "error": str(wrong.args[0] if wrong.args else wrong)}), 400
        return jsonify({"ok": True, "state": state_of(portal)}), 200


def _same_origin() -> bool:
    """Refuse pages of other sites; a command line sends no Origin."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _asked_portal(world: WorldData, name: Any) -> Portal:
    if not name:
        return world.portal_at(request.host) or abort(404)
    known = world.portals.get(str(name)) or world.portal_at(str(name))
    return known or abort(404)
