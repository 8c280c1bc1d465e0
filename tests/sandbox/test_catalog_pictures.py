"""catalog.productImage.add takes a picture as the documentation shows it, and refuses what its table of errors names."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import requests

from sandbox.shop.further_settings import settings_table
from sandbox.shop.products import CATALOGUE, FIRST_PRODUCT
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client

BODY = b"\x89PNG picture"
CONTENT = ["tea.png", b64encode(BODY).decode()]
PRODUCT = FIRST_PRODUCT + 1


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    """A portal whose catalogue has the property that pictures lie in."""
    caller = a_client(world, session)
    properties = settings_table(caller.portal, "product_property")
    sample = next(iter(properties))
    properties.add({**sample, "id": 260, "iblockId": CATALOGUE, "propertyType": "F", "code": "MORE_PHOTO"})
    return caller


def add(client: Caller, kind: str, name: str = "tea.png") -> dict[str, Any]:
    fields = {"productId": PRODUCT, "type": kind}
    made: dict[str, Any] = client.result(
        "catalog.productImage.add", fields=fields, fileContent=[name, CONTENT[1]]
    )["productImage"]
    return made


def test_an_added_picture_is_shown_and_its_address_gives_its_bytes(client: Caller) -> None:
    made = add(client, "MORE_PHOTO")
    assert made.keys() == {"createTime", "detailUrl", "downloadUrl", "id", "name", "productId", "type"}
    (row,) = client.result("catalog.productImage.list", productId=PRODUCT)["productImages"]
    assert (row["id"], row["name"], row["type"]) == (made["id"], "tea.png", "MORE_PHOTO")
    assert client.session.get(row["downloadUrl"]).content == BODY


def test_further_pictures_stand_beside_each_other_and_a_detailed_one_takes_the_place_of_the_former(
    client: Caller,
) -> None:
    for kind in ("MORE_PHOTO", "MORE_PHOTO", "DETAIL_PICTURE"):
        add(client, kind)
    add(client, "DETAIL_PICTURE", "new.png")
    rows = client.result("catalog.productImage.list", productId=PRODUCT)["productImages"]
    assert sorted((row["type"], row["name"]) for row in rows) == [
        ("DETAIL_PICTURE", "new.png"), ("MORE_PHOTO", "tea.png"), ("MORE_PHOTO", "tea.png"),
    ]  # fmt: skip


OWNER = {"productId": PRODUCT}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"fileContent": CONTENT}, "100", "fields"),
    ({"fields": OWNER}, "100", "fileContent"),
    ({"fields": {"type": "MORE_PHOTO"}, "fileContent": CONTENT}, "0", "id is not given"),
    ({"fields": {"productId": 999_999}, "fileContent": CONTENT}, "0", "not found"),
    ({"fields": OWNER, "fileContent": ["", CONTENT[1]]}, "0", "name is not given"),
    ({"fields": OWNER, "fileContent": ["a/b.png", CONTENT[1]]}, "0", "wrong characters"),
    ({"fields": OWNER, "fileContent": [f"{'a' * 300}.png", CONTENT[1]]}, "0", "too long"),
    ({"fields": OWNER, "fileContent": ["tea.exe", CONTENT[1]]}, "0", "type is wrong"),
    ({"fields": OWNER, "fileContent": ["tea.png", ""]}, "0", "not saved"),
]


@pytest.mark.parametrize(("params", "code", "words"), REFUSED)
def test_what_the_table_of_errors_names_is_refused(
    client: Caller, params: dict[str, Any], code: str, words: str
) -> None:
    status, error, text = client.error("catalog.productImage.add", **params)
    assert (status, str(error)) == (400, code)
    assert words in text
    assert not client.result("catalog.productImage.list", productId=PRODUCT)["productImages"]


def test_a_picture_too_large_or_without_its_property_is_refused(client: Caller) -> None:
    portal = client.portal
    portal.extra["picture_limit"] = 3
    params: dict[str, Any] = {"fields": OWNER, "fileContent": CONTENT}
    assert "larger" in client.error("catalog.productImage.add", **params)[2]
    del portal.extra["picture_limit"]
    settings_table(portal, "product_property").delete(260)
    assert "MORE_PHOTO" in client.error("catalog.productImage.add", **params)[2]
    client.becomes(portal.employee)
    _status, code, words = client.error("catalog.productImage.add", **params)
    assert (str(code), words) == ("200040300020", "Access Denied")
