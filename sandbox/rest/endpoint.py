"""The REST endpoint: /rest/… over HTTP, with rate limits, scripted faults, headers and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from sandbox import assumptions
from sandbox.php import to_json
from sandbox.records import RequestRecord
from sandbox.rest import faulty_endpoint
from sandbox.rest.dispatcher import Answer, answer_request
from sandbox.rest.registry import Refusal
from sandbox.rest.request import RestRequest, read_request
from sandbox.rest3 import rest3_endpoint as rest3

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.world_data import WorldData

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "origin, content-type, accept",
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "application/json; charset=utf-8",
}


def rest_blueprint(world: WorldData) -> Blueprint:
    """Return the REST part of the portals' web application."""
    rest = Blueprint("rest", __name__)

    @rest.route("/rest/<path:path>", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
    def serve(path: str) -> Response:
        portal = world.portal_at(request.host)
        if portal is None:
            return Response("Not found", 404)
        if request.method == "OPTIONS":
            return Response(status=200, headers=HEADERS)
        return answer_http(portal, path)

    return rest


def answer_http(portal: Portal, path: str) -> Response:
    """Answer one HTTP request to a portal's REST."""
    world = portal.world
    world.pause(world.latency)
    started = world.clock.timestamp()
    newer = path.startswith("api/")
    asked = rest3.read_call(request, path) if newer else read_request(request, path)
    response = _respond(portal, asked, newer=newer)
    commands = tuple(asked.commands)
    agent = request.headers.get("User-Agent", "")
    record = RequestRecord(
        portal.host, request.path, asked.method, response.status_code, agent, started, commands
    )
    world.traffic.note(record)
    return response


def _respond(portal: Portal, asked: RestRequest, *, newer: bool) -> Response:
    if portal.deleted:
        gone = Refusal("PORTAL_DELETED", "Portal was deleted", status=assumptions.DELETED_PORTAL_STATUS)
        return write(refused(gone))
    with portal.world.lock:
        if not portal.limits.pour(asked.source, portal.world.clock.timestamp()):
            return write(refused(Refusal("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503)))
    return faulty_endpoint.answer(
        portal.world,
        portal.faults,
        asked.method,
        lambda: rest3.answer(portal, asked) if newer else write(answer_request(portal, asked)),
        lambda refusal: write(refused(refusal)),
    )


def refused(refusal: Refusal) -> Answer:
    """Return a refusal as an answer."""
    return Answer(refusal.body(), refusal.status)


def write(answer: Answer) -> Response:
    """Write an answer as the portal's encoder does."""
    return Response(to_json(answer.body), answer.status, HEADERS)
