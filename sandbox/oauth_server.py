"""The authorization servers: tokens by code and by refresh token, and the trusted app.info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import token_endpoint
from sandbox.php import to_json
from sandbox.records import RequestRecord
from sandbox.rest import faulty_endpoint
from sandbox.rest.bad_answers import drop_connection
from sandbox.rest.registry import Refusal
from sandbox.rest.request import read_body, read_request

if TYPE_CHECKING:
    from sandbox.authorization import AuthorizationServer
    from sandbox.world_data import WorldData

HEADERS = {"Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*"}


def create_oauth_server(world: WorldData) -> Flask:
    """Create the application that answers at the addresses of all authorization servers."""
    app = Flask("sandbox.oauth", root_path=__file__.rpartition("/")[0], static_folder=None)

    @app.before_request
    def leave_old_address() -> Response | None:
        refused = faulty_endpoint.certificate_refused(world, _asked(world).faults)
        return refused or _left(world, request.host)

    @app.route("/oauth/token/", methods=["GET", "POST"], strict_slashes=False)
    def token() -> Response:
        host = _asked(world).host
        return _answer(world, "token", lambda: token_endpoint.exchange(world, _fields(), host))

    @app.route("/rest/app.info/", methods=["GET", "POST"], strict_slashes=False)
    @app.route("/rest/app.info.json/", methods=["GET", "POST"], strict_slashes=False)
    def app_info() -> Response:
        asked, host = read_request(request, "app.info"), _asked(world).host
        return _answer(world, "app.info", lambda: token_endpoint.describe_token(world, asked.token, host))

    @app.get("/oauth/authorize/")
    def authorize() -> AnyResponse:
        portal = world.portal_at(request.args.get("domain", ""))
        if portal is None:
            return Response("Open this page at the address of your Bitrix24.", 400, mimetype="text/plain")
        return redirect(f"{portal.url}/oauth/authorize/?{request.query_string.decode()}")

    @app.after_request
    def note(response: Response) -> Response:
        agent, now = request.headers.get("User-Agent", ""), world.clock.timestamp()
        name = request.path.strip("/").rpartition("/")[2]
        record = RequestRecord(_asked(world).host, request.path, name, response.status_code, agent, now)
        world.traffic.note(record)
        return response

    return app


def _asked(world: WorldData) -> AuthorizationServer:
    return world.oauth.at(world.plain_host(request.host)) or world.oauth.main


def _left(world: WorldData, host: str) -> Response | None:
    """Answer for an address that the service has left, None when it is there."""
    server = next((each for each in world.oauth.others if each.host == world.plain_host(host)), None)
    if server is None or server.old in ("", "works"):
        return None
    if server.old == "gone":
        return drop_connection()
    path = request.full_path if request.query_string else request.path
    return Response(status=302, headers={"Location": f"{world.scheme}://{world.oauth_host}{path}"})


def _answer(world: WorldData, method: str, answer: token_endpoint.Answer) -> Response:
    world.pause(world.latency)
    return faulty_endpoint.answer(world, _asked(world).faults, method, lambda: _usual(world, answer), _refuse)


def _usual(world: WorldData, answer: token_endpoint.Answer) -> Response:
    with world.lock:
        try:
            return Response(to_json(answer()), 200, HEADERS)
        except Refusal as denial:
            return _refuse(denial)


def _refuse(denial: Refusal) -> Response:
    return Response(to_json(denial.body()), denial.status, HEADERS)


def _fields() -> dict[str, Any]:
    return {**request.args.to_dict(), **read_body(request)}
