"""The portal's authorization page: sends the browser back to the application with a code (oauth/index.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import token_endpoint
from sandbox.php import to_json
from sandbox.rest.registry import Refusal
from sandbox.rest.request import read_body

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.user import User
    from sandbox.world_data import WorldData

JSON = {"Content-Type": "application/json; charset=utf-8"}


def authorize_blueprint(world: WorldData) -> Blueprint:
    """Return /oauth/authorize/ and the portal's proxy of the token endpoint."""
    oauth = Blueprint("oauth", __name__)

    @oauth.get("/oauth/authorize/")
    def authorize() -> AnyResponse:
        portal = world.portal_at(request.host)
        if portal is None:
            return Response("Not found", 404)
        with world.lock:
            return send_back(portal, current_user(portal))

    @oauth.route("/oauth/token/", methods=["GET", "POST"], strict_slashes=False)
    def token() -> Response:
        portal = world.portal_at(request.host)
        if portal is None or portal.profile == "box":
            return Response("Not found", 404)
        with world.lock:
            return _proxy(portal)

    return oauth


def current_user(portal: Portal) -> User:
    """Return the person whom the screen's cookie names, the administrator by default."""
    wanted = request.cookies.get("sandbox_user", "")
    return (portal.user(int(wanted)) if wanted.isdigit() else None) or portal.admin


def send_back(portal: Portal, user: User) -> AnyResponse:
    """Redirect with a code; every failure is a page of the portal, the application is not called."""
    world = portal.world
    card = world.applications.get(request.args.get("client_id", ""))
    installation = portal.installation(card) if card else None
    if card is None or installation is None or not installation.active:
        return Response("Application not installed", 403, mimetype="text/plain")
    code = world.tokens.issue_code(card.client_id, portal.member_id, user.id, world.clock.timestamp())
    query = {
        "code": code,
        "state": request.args.get("state", ""),
        "domain": portal.host,
        "member_id": portal.member_id,
        "scope": ",".join(installation.scopes),
        "server_domain": world.oauth_host,
    }
    address = card.redirect_url or card.app_url
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}")


def _proxy(portal: Portal) -> Response:
    """Pass a token request on; the answer has the portal's address in place of the server's."""
    try:
        fields = {**request.args.to_dict(), **read_body(request)}
        body = {**token_endpoint.exchange(portal.world, fields), "domain": portal.host}
    except Refusal as refusal:
        return Response(to_json(refusal.body()), refusal.status, JSON)
    return Response(to_json(body), 200, JSON)
