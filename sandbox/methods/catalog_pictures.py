"""catalog.productImage.list and add: the pictures of one product, variant or service."""

from __future__ import annotations

import base64
import binascii
from pathlib import PurePath
from typing import Any

from sandbox import assumptions
from sandbox.methods.catalog_writes import CLOSED, NO_FIELDS
from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.further_settings import settings_table

NO_CONTENT = Refusal(100, "Could not find value for parameter {fileContent}")
NO_OWNER = Refusal(0, "Product id is not given")
NO_NAME = Refusal(0, "File name is not given")
WRONG_NAME = Refusal(0, "File name holds wrong characters")
LONG_NAME = Refusal(0, "File name is too long")
WRONG_FILE = Refusal(0, "File type is wrong")
LARGE_FILE = Refusal(0, "File is larger than may be uploaded")
NO_PROPERTY = Refusal(0, "Image product property does not exist. Create MORE_PHOTO property")
NOT_SAVED = Refusal(0, "File was not saved")
SINGLE = ("DETAIL_PICTURE", "PREVIEW_PICTURE")
NO_PRODUCT = Refusal(100, "Could not find value for parameter {productId}")
NOT_FOUND = Refusal(0, "Product was not found")
FIRST = {
    "id": 1, "name": "plaid.jpeg", "productId": 1201, "type": "MORE_PHOTO", "createTime": "2026-10-17T10:48:05+03:00",
    "detailUrl": "/upload/iblock/6f1/plaid.jpeg",
}  # fmt: skip
"""The one picture of the beginning; its bytes are in `sandbox/rest/file_contents.py`."""
GOODS = ("product", "offer", "catalog_sku", "catalog_service")


@method("catalog.productImage.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_pictures(call: Call) -> Listing:
    """catalog.productImage.list: each with an address that carries the caller's token."""
    number = as_number(call.get("productId"))
    if not number:
        raise NO_PRODUCT
    _product(call, number)
    rows = [_shown(call, row) for row in _pictures(call) if row["productId"] == number]
    names = [str(name) for name in as_list(call.get("select"))]
    shown = [{name: row[name] for name in names or row if name in row} for row in rows]
    return Listing(shown, len(shown), "productImages")


@method("catalog.productImage.add", scope="catalog", right="admin", denial=CLOSED)
def add_picture(call: Call) -> Any:
    """catalog.productImage.add: a further picture, or the only one of its type in the place of the former."""
    given = call.get("fields")
    if not isinstance(given, dict):
        raise NO_FIELDS
    name, body = _file(call)
    number = as_number(as_map(given).get("productId"))
    if not number:
        raise NO_OWNER
    table, product = _product(call, number)
    kind = as_map(given).get("type")
    kind = kind if kind in SINGLE else "MORE_PHOTO"
    if kind == "MORE_PHOTO" and not _has_property(call, product["iblockId"]):
        raise NO_PROPERTY
    with call.world.lock:
        moment = iso(call.portal.now())
        row = _kept(call, {"name": name, "productId": number, "type": kind, "createTime": moment}, body)
        if assumptions.PICTURES_CHANGE_GOODS:
            table.update(number, timestampX=moment)
    return {"productImage": _shown(call, row)}


def _pictures(call: Call) -> Table:
    return call.portal.tables.setdefault("product_image", Table([dict(FIRST)], key="id"))


def _product(call: Call, number: int) -> tuple[Table, Row]:
    tables = call.portal.tables
    found = ((tables[name], tables[name].get(number)) for name in GOODS if name in tables)
    for table, row in found:
        if row is not None:
            return table, row
    raise NOT_FOUND


def _shown(call: Call, row: Row) -> Row:
    address = f"{call.portal.url}/rest/download.json?auth={call.token}&token=catalog%7C"
    return row | {"downloadUrl": f"{address}{row['id']}"}


def _has_property(call: Call, catalogue: object) -> bool:
    rows = settings_table(call.portal, "product_property")
    return any(row["code"] == "MORE_PHOTO" and str(row["iblockId"]) == str(catalogue) for row in rows)


def _file(call: Call) -> tuple[str, bytes]:
    """The name and the bytes of what is sent."""
    content = as_list(call.get("fileContent"))
    if len(content) != 2:
        raise NO_CONTENT
    name, text = map(str, content)
    _check_name(name)
    try:
        body = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NOT_SAVED from None
    if not body:
        raise NOT_SAVED
    if len(body) > call.portal.extra.get("picture_limit", len(body)):
        raise LARGE_FILE
    return name, body


def _check_name(name: str) -> None:
    if not name:
        raise NO_NAME
    if set(name) & assumptions.NOT_IN_FILE_NAMES:
        raise WRONG_NAME
    if len(name) > assumptions.LONGEST_FILE_NAME:
        raise LONG_NAME
    if PurePath(name).suffix.lower() not in assumptions.PICTURE_SUFFIXES:
        raise WRONG_FILE


def _kept(call: Call, given: Row, body: bytes) -> Row:
    """The row of a picture with its bytes; one that is single of its type replaces the former."""
    table = _pictures(call)
    former = [
        row["id"]
        for row in table
        if given["type"] in SINGLE and (row["productId"], row["type"]) == (given["productId"], given["type"])
    ]
    for one in former:
        table.delete(one)
    number = table.next_id()
    call.portal.extra.setdefault("catalogue_files", {})[number] = body
    return table.add({"id": number, **given, "detailUrl": f"/upload/iblock/{number}/{given['name']}"})
