"""Contents of files at their addresses: /rest/download.json?auth=…&token=disk|…, as disk.file.get names it, and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from sandbox.rest import faulty_endpoint
from sandbox.shop.universal_lists import attached_of

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.world_data import WorldData


FIRST_PICTURE = b"\xff\xd8\xff\xe0 plaid"


def download_blueprint(world: WorldData) -> Blueprint:
    """Return the address by which files of a portal are fetched."""
    download = Blueprint("download", __name__)

    @download.get("/rest/download.json")
    def give() -> Response:
        portal = world.portal_at(request.host)
        if portal is None:
            return Response("Not found", 404)
        return faulty_endpoint.answer(
            world,
            portal.faults,
            "download.json",
            lambda: _give(portal, request.args.get("auth", ""), request.args.get("token", "")),
            lambda refusal: Response(refusal.description, refusal.status),
        )

    @download.get("/rest/catalog.product.download")
    def give_property() -> Response:
        portal = world.portal_at(request.host)
        return _give_property(portal, request.args.get("auth", "")) if portal else Response("Not found", 404)

    @download.get("/bitrix/tools/disk/uf.php")
    def give_attached() -> Response:
        portal, number = world.portal_at(request.host), request.args.get("attachedId", "")
        if portal is None:
            return Response("Not found", 404)
        row = attached_of(portal).get(number)
        return _given(portal, request.args.get("auth[auth]", ""), row["_bytes"] if row else None)

    return download


def _give(portal: Portal, auth: str, token: str) -> Response:
    """Send the bytes to a caller with a valid token of this portal."""
    kind, _, number = token.partition("|")
    places = {"disk": content_of, "crm": field_file_of, "catalog": picture_of}
    return _given(portal, auth, places.get(kind, picture_of)(portal, number))


def _give_property(portal: Portal, auth: str) -> Response:
    """catalog.product.download: a file of a product's property (catalog-product-download.md)."""
    number = request.args.get("fields[fileId]", "")
    if not number.isdigit():
        wrong = {"error": 0, "error_description": "Required fields: fileId"}
        return Response(json.dumps(wrong), 400, {"Content-Type": "application/json"})
    return _given(portal, auth, picture_of(portal, number))


def picture_of(portal: Portal, number: str) -> bytes | None:
    """The bytes of a picture of the catalogue, or of a file in a property."""
    files: dict[int, bytes] = {1: FIRST_PICTURE} | portal.extra.get("catalogue_files", {})
    return files.get(int(number))


def field_file_of(portal: Portal, number: str) -> bytes | None:
    """The bytes of a file in a field of a CRM item."""
    files: dict[int, bytes] = portal.extra.get("field_files", {})
    return files.get(int(number))


def _given(portal: Portal, auth: str, body: bytes | None) -> Response:
    grant = portal.world.tokens.access.get(auth)
    if grant is None or grant.member_id != portal.member_id:
        return Response("", 401)
    if not grant.alive(portal.world.clock.timestamp()):
        return Response("", 401)
    if body is None:
        return Response("", 404)
    return Response(body, 200, {"Content-Type": "application/octet-stream"})


def content_of(portal: Portal, number: str) -> bytes | None:
    """The bytes of a file that was uploaded here; files of the beginning have a size and no bytes."""
    if portal.tables["disk_object"].get(number) is None:
        return None
    files: dict[int, bytes] = portal.extra.get("files", {})
    return files.get(int(number))
