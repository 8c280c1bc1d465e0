"""POST actions of the pages: choice of user, applications, payment, settings of the shop."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sandbox.application import ApplicationCard
from sandbox.screen.plan_pages import note_purchase, plan_name
from sandbox.screen.visit import COOKIES, Visit, current, sessid_fits

COOKIE_AGE = 90 * 86400


def register(pages: Blueprint) -> None:
    """Put the buttons on the screen."""
    pages.add_url_rule("/sandbox/visit/", view_func=change_visit, methods=["POST"])
    pages.add_url_rule(
        "/sandbox/applications/<client_id>/<act>", view_func=change_application, methods=["POST"]
    )
    pages.add_url_rule("/sandbox/renew/<what>", view_func=renew, methods=["POST"])
    pages.add_url_rule("/sandbox/things/<kind>", view_func=change_object, methods=["POST"])


def change_visit() -> Response:
    """Look as another person, in another language or theme."""
    _check_form()
    answer = _back()
    for name, cookie in COOKIES.items():
        if name in request.form:
            answer.set_cookie(cookie, request.form[name], max_age=COOKIE_AGE, httponly=True, samesite="Lax")
    return answer


def change_application(client_id: str, act: str) -> Response:
    """Install, update or remove an application."""
    visit = _administrator()
    row = visit.portal.installations.get(client_id)
    card = visit.world.applications.get(client_id) or (row.card if row else None) or abort(404)
    with visit.world.lock:
        if act == "install":
            return redirect(f"/marketplace/app/{_install(visit, card)}/")
        if row is None:
            abort(404)
        if act == "update":
            visit.portal.update_application(card, row.version + 1)
            return redirect(f"/marketplace/app/{row.app_id}/")
        visit.portal.uninstall(card, clean=request.form.get("clean") == "Y")
    return _back()


def renew(what: str) -> Response:
    """Pay for the plan or for the Marketplace subscription."""
    visit = _administrator()
    portal = visit.portal
    with visit.world.lock:
        if what == "plan":
            portal.renew(request.form.get("plan") or None)
            note_purchase(visit, plan_name(portal.plan, visit.lang), portal.paid_till)
        else:
            portal.renew_marketplace()
            note_purchase(visit, visit.say("subscription"), portal.marketplace_till)
    return _back()


def change_object(kind: str) -> Response:
    """Switch a setting of the shop off or on, or delete it."""
    visit = _administrator()
    act = request.form.get("act")
    if act not in {"switch_off", "switch_on", "remove"}:
        abort(400)
    try:
        with visit.world.lock:
            getattr(visit.portal, act)(kind, request.form.get("id", ""))
    except ValueError:
        abort(404)
    return _back()


def _install(visit: Visit, card: ApplicationCard) -> int:
    row = visit.portal.installations.get(card.client_id)
    if row is None or not row.active:
        row = visit.portal.add_application(card)
    return row.app_id


def _administrator() -> Visit:
    _check_form()
    visit = current()
    if not visit.admin:
        abort(403)
    return visit


def _check_form() -> None:
    if not sessid_fits(request.form.get("sessid", "")):
        abort(403)


def _back() -> Response:
    parts = urlsplit(request.form.get("back", ""))
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/stream/"
    return redirect(f"{path}?{parts.query}" if parts.query else path, code=303)
