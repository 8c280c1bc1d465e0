"""The authorization server: tokens by code and by refresh token, and the trusted app.info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import token_endpoint
from sandbox.php import to_json
from sandbox.records import RequestRecord
from sandbox.rest.registry import Refusal
from sandbox.rest.request import read_body, read_request

if TYPE_CHECKING:
    from sandbox.world_data import WorldData

HEADERS = {"Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*"}


def create_oauth_server(world: WorldData) -> Flask:
    """Create the application that answers at the authorization server's address."""
    app = Flask("sandbox.oauth", root_path=__file__.rpartition("/")[0], static_folder=None)

    @app.route("/oauth/token/", methods=["GET", "POST"], strict_slashes=False)
    def token() -> Response:
        return _write(lambda: token_endpoint.exchange(world, _fields()))

    @app.route("/rest/app.info/", methods=["GET", "POST"], strict_slashes=False)
    @app.route("/rest/app.info.json/", methods=["GET", "POST"], strict_slashes=False)
    def app_info() -> Response:
        asked = read_request(request, "app.info")
        return _write(lambda: token_endpoint.describe_token(world, asked.token))

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
        record = RequestRecord(world.oauth_host, request.path, name, response.status_code, agent, now)
        world.traffic.note(record)
        return response

    def _write(answer: token_endpoint.Answer) -> Response:
        world.pause(world.latency)
        with world.lock:
            try:
                body, status = answer(), 200
            except Refusal as denial:
                body, status = denial.body(), denial.status
        return Response(to_json(body), status, HEADERS)

    return app


def _fields() -> dict[str, Any]:
    return {**request.args.to_dict(), **read_body(request)}
