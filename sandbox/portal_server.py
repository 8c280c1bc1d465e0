"""The web application of every portal: REST, the authorization page, the screen; old addresses of moved portals answer 302."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from sandbox import screen
from sandbox.authorize import authorize_blueprint
from sandbox.rest import faulty_endpoint
from sandbox.rest.bad_answers import drop_connection
from sandbox.rest.endpoint import rest_blueprint
from sandbox.rest.file_contents import download_blueprint

if TYPE_CHECKING:
    from sandbox.world_data import WorldData

DELETED_PAGE = "<!DOCTYPE html><html><head><title>403</title></head><body>Portal was deleted</body></html>"
# The panel of the scenario stays, so that a deleted portal can be brought back from it.
PANEL = ("/scenario/", "/sandbox/")


def create_portal_server(world: WorldData) -> Flask:
    """Create the application that answers at the addresses of all portals."""
    app = create_api_server(world)
    app.register_blueprint(screen.blueprint(world))
    return app


def create_api_server(world: WorldData) -> Flask:
    """Create the same application without the pages."""
    app = Flask("sandbox.portal", root_path=__file__.rpartition("/")[0], static_folder=None)
    app.register_blueprint(download_blueprint(world))
    app.register_blueprint(rest_blueprint(world))
    app.register_blueprint(authorize_blueprint(world))

    @app.before_request
    def show_certificate() -> Response | None:
        portal = None if request.path.startswith(PANEL) else world.portal_at(request.host)
        return faulty_endpoint.certificate_refused(world, portal.faults) if portal else None

    @app.before_request
    def redirect_moved() -> Response | None:
        new_host = world.moved.get(world.plain_host(request.host))
        if new_host is None:
            return None
        path = request.full_path if request.query_string else request.path
        return Response(status=302, headers={"Location": f"{world.scheme}://{new_host}{path}"})

    @app.before_request
    def show_deleted() -> Response | None:
        return _deleted(world)

    @app.after_request
    def count_changes(response: Response) -> Response:
        world.traffic.hits += request.method != "GET"
        return response

    return app


def _deleted(world: WorldData) -> Response | None:
    """Answer for a deleted portal; its REST has words of its own unless it answers a page."""
    portal = world.portal_at(request.host)
    if portal is None or not portal.deleted or request.path.startswith(PANEL):
        return None
    if portal.deleted == "gone":
        return drop_connection()
    if portal.deleted == "json" and request.path.startswith("/rest/"):
        return None
    return Response(DELETED_PAGE, 403, {"Content-Type": "text/html; charset=utf-8"})
