"""The pages of a portal in the browser, with the application's widgets, and the scenario panel."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, g, render_template
from werkzeug.exceptions import HTTPException, NotFound

from sandbox.scenario import register as register_scenario
from sandbox.screen import (
    actions,
    app_pages,
    crm_pages,
    frame_api,
    intranet_pages,
    plan_pages,
    settings_pages,
)
from sandbox.screen.layout import page_context
from sandbox.screen.visit import read_visit
from sandbox.world_data import WorldData

PAGES = (intranet_pages, crm_pages, app_pages, frame_api, plan_pages, actions, settings_pages)


def blueprint(world: WorldData, *, secret: str | None = None) -> Blueprint:
    """Create the screen of every portal of a world."""
    pages = Blueprint(
        "screen",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/sandbox/screen",
    )
    key = secret or secrets.token_hex(16)

    @pages.before_request
    def find_visit() -> None:
        visit = read_visit(world, key)
        if visit is None:
            abort(404)
        g.visit = visit

    pages.context_processor(page_context)
    pages.register_error_handler(NotFound, _show_missing)
    for page in PAGES:
        page.register(pages)
    register_scenario(pages, world)
    pages.add_url_rule("/<path:_path>", view_func=_nowhere, endpoint="nowhere")
    return pages


def _nowhere(_path: str) -> str:
    abort(404)


def _show_missing(error: HTTPException) -> tuple[str, int]:
    if "visit" not in g:
        return error.description or "", 404
    return render_template("missing.html"), 404
