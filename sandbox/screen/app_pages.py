"""Pages that open applications: the list, the own page, links into it, widgets, sliders."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, abort, render_template, request

from sandbox.application import ApplicationCard, Installation
from sandbox.php import parse_query
from sandbox.portal import Portal
from sandbox.screen.frames import SLIDER_PATH, Opened, bound_at, open_frame, own_paths, refusal
from sandbox.screen.visit import Visit, current, sessid_fits

# main/lib/httprequest.php: parameters of the system never reach an application; app.layout also drops _r.
SYSTEM_PARAMETERS = frozenset(
    {
        "login", "login_form", "logout", "register", "forgot_password", "change_password", "confirm_registration",
        "confirm_code", "confirm_user_id", "bitrix_include_areas", "clear_cache", "show_page_exec_time",
        "show_include_exec_time", "show_sql_stat", "show_cache_stat", "show_link_stat", "sessid", "_r",
    }
)  # fmt: skip


def register(pages: Blueprint) -> None:
    """Put the pages of applications on the screen."""
    pages.add_url_rule("/marketplace/", view_func=show_list)
    pages.add_url_rule("/marketplace/installed/", view_func=show_list, endpoint="installed")
    pages.add_url_rule("/market/", view_func=show_list, endpoint="market")
    pages.add_url_rule("/market/installed/", view_func=show_list, endpoint="market_installed")
    pages.add_url_rule("/devops/list/", view_func=show_list, endpoint="devops")
    pages.add_url_rule("/marketplace/detail/<name>/", view_func=show_list, endpoint="app_detail")
    pages.add_url_rule("/marketplace/app/<name>/", view_func=show_application)
    pages.add_url_rule("/marketplace/view/<name>/", view_func=show_view)
    pages.add_url_rule("/devops/placement/<int:placement_id>/", view_func=show_placement)
    pages.add_url_rule(
        "/marketplace/placement/<int:placement_id>/", view_func=show_placement, endpoint="old_placement"
    )
    pages.add_url_rule(SLIDER_PATH, view_func=show_slider, methods=["GET", "POST"])


def show_list(name: str = "") -> str:
    """Render the list of applications, or one of them."""
    visit = current()
    cards = {
        **{row.card.client_id: row.card for row in visit.portal.installations.values()},
        **visit.world.applications,
    }
    shown = [card for card in cards.values() if name in ("", card.symbol, card.client_id)]
    return render_template("apps.html", apps=[_listed(visit, card) for card in shown])


def show_application(name: str) -> str:
    """Open the application's own page; its query becomes PLACEMENT_OPTIONS."""
    visit = current()
    row = find_row(visit.portal, name)
    options = {key: value for key, value in parse_query(_query()).items() if key not in SYSTEM_PARAMETERS}
    return _page(row, open_frame(visit, row, options=options) if row else refusal(visit, "not_found"))


def show_view(name: str) -> str:
    """Open REST_APP_URI of an application; `params` becomes PLACEMENT_OPTIONS."""
    visit = current()
    row = find_row(visit.portal, name)
    if row is None:
        return _page(row, refusal(visit, "not_found"))
    passed = parse_query(_query()).get("params")
    binding = next((each.binding for each in bound_at(visit, "REST_APP_URI") if each.row is row), None)
    options = {str(key): value for key, value in _pairs(passed)}
    return _page(row, open_frame(visit, row, "REST_APP_URI", options=options, binding=binding))


def show_placement(placement_id: int) -> str:
    """Open one widget on a page of its own."""
    visit = current()
    for row in visit.portal.installations.values():
        for binding in row.placements:
            if binding.id == placement_id:
                return _page(row, open_frame(visit, row, binding.placement, binding=binding))
    return _page(None, refusal(visit, "no_context"))


def show_slider() -> str:
    """Open the application in a slider, as openApplication asks (lazyload.ajax.php)."""
    visit = current()
    if request.method == "POST" and not sessid_fits(request.form.get("sessid", "")):
        abort(403)
    row = find_row(visit.portal, request.values.get("PARAMS[params][ID]") or request.args.get("app", ""))
    if row is None:
        return _page(row, refusal(visit, "not_found"))
    options = _map(request.form.get("PARAMS[params][PLACEMENT_OPTIONS]", ""))
    return _page(row, open_frame(visit, row, options=options, popup=True, referer=_opener(visit)))


def find_row(portal: Portal, name: str) -> Installation | None:
    """Find an application by its number, code or client_id."""
    return next(
        (
            row
            for row in portal.installations.values()
            if row.active and name in (str(row.app_id), row.card.client_id, row.card.symbol)
        ),
        None,
    )


def _page(row: Installation | None, opened: Opened) -> str:
    heading = opened.title if opened.settings or row is None else row.card.title
    return render_template("app.html", heading=heading, opened=opened)


def _listed(visit: Visit, card: ApplicationCard) -> dict[str, Any]:
    row = visit.portal.installations.get(card.client_id)
    present = row is not None and row.active
    finished = present and row is not None and row.installed
    state = "app_installed" if finished else "app_not_finished" if present else "app_absent"
    return {
        "client_id": card.client_id,
        "title": card.title,
        "state": visit.say(state),
        "tone": "good" if finished else "warn" if present else "",
        "present": present,
        "href": own_paths(row)[0] if row else "",
        "version": row.version if row and present else "",
        "scopes": row.scopes if row and present else card.scopes,
    }


def _pairs(passed: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(passed, dict):
        return passed.items()
    return enumerate(passed) if isinstance(passed, list) else ()


def _query() -> str:
    return request.query_string.decode("utf-8", "replace")


def _opener(visit: Visit) -> str:
    """Return the page a slider was opened from: the page behind it, not the slider's own address."""
    referer = request.headers.get("Referer", "")
    inner = parse_qs(urlsplit(referer).query).get("IFRAME")
    return referer if not inner else f"{visit.portal.url}{urlsplit(referer).path}"


def _map(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
