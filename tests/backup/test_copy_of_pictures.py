"""Pictures of goods and files in their properties are copied with the files, and only of goods that changed since."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24app.backup.copied_kinds import kind_of
from b24app.backup.model import BackupPlan, CopyKind, CopyState
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, portal_scope
from sandbox.rest.registry import METHODS
from sandbox.rest.table import Table
from sandbox.shop.further_settings import settings_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import make_small
from tests.backup.copying import CopyStage
from tests.backup.shop_copies import keep_few_orders

pytestmark = pytest.mark.cases
PICTURE, LEAFLET = b"\x89PNG" + bytes(range(200)), b"%PDF-1.7 leaflet"


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    make_small(south.portal)
    keep_few_orders(south.portal)
    with portal_scope(south.portal_id):
        found = CopyStage(app, south, world, tmp_path)
        found.only("catalog")
        db.session.execute(update(BackupPlan).values(with_files=True))
        db.session.commit()
        add_picture(found, 31, 1201, "MORE_PHOTO", PICTURE)
        add_picture(found, 32, 5001, "DETAIL_PICTURE", PICTURE[::-1])
        yield found


def add_picture(stage: CopyStage, number: int, product: int, kind: str, body: bytes) -> None:
    row = {
        "id": number,
        "name": f"{number}.png",
        "productId": product,
        "type": kind,
        "createTime": "2026-11-01T10:00:00+03:00",
    }
    stage.tables.setdefault("product_image", Table(key="id")).add(
        row | {"detailUrl": f"/upload/iblock/{number}.png"}
    )
    stage.actor.portal.extra.setdefault("catalogue_files", {})[number] = body


def content(last: dict[str, dict[str, str]], name: str) -> bytes:
    parts = sorted(
        (key for key in last if key.startswith(f"{name}/")), key=lambda key: int(key.rpartition("/")[2])
    )
    return b"".join(base64.b64decode(last[key]["content"]) for key in parts)


def test_pictures_of_products_and_variants_come_back_byte_for_byte(stage: CopyStage) -> None:
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    last = dict(stage.lines(copy, "product.pictures"))
    assert content(last, "1201/31") == PICTURE
    assert content(dict(stage.lines(copy, "offer.pictures")), "5001/32") == PICTURE[::-1]
    assert last["1201"]["rows"][0]["name"] == "31.png"
    assert kind_of("product.pictures") == kind_of("deal.files") == "files"
    logged = json.dumps(
        [[one.texts.request, one.texts.answer] for one in db.session.scalars(select(CallLogEntry))]
    )
    assert "downloadUrl" not in json.dumps(last)
    assert "download.json" not in logged


def test_the_next_copy_asks_for_pictures_of_changed_goods_alone(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.whole()
    add_picture(stage, 33, 1202, "MORE_PHOTO", b"new")
    stage.tables["product"].update(1202, timestampX=stage.actor.portal.now().isoformat(timespec="seconds"))
    stage.world.clock.advance(hours=20)
    asked, known = [], METHODS["catalog.productimage.list"]

    def count(call: object) -> object:
        asked.append(call)
        return known.answer(call)  # type: ignore[arg-type]

    monkeypatch.setitem(METHODS, "catalog.productimage.list", replace(known, answer=count))
    second = stage.whole(CopyKind.NIGHTLY)
    assert len(asked) == 1
    last = dict(stage.lines(second, "product.pictures"))
    assert (content(last, "1202/33"), content(last, "1201/31")) == (b"new", PICTURE)


def test_files_in_properties_of_goods_are_taken_by_the_path_that_the_portal_names(stage: CopyStage) -> None:
    """The path carries no token in the documented answer, so ours is added; neither lies in the copy."""
    properties = settings_table(stage.actor.portal, "product_property")
    sample = next(iter(properties))
    properties.add(
        {**sample, "id": 259, "iblockId": 23, "propertyType": "F", "code": "LEAFLET", "multiple": "Y"}
    )
    path = "/rest/catalog.product.download?fields%5BfieldName%5D=property259&fields%5BfileId%5D=41&fields%5BproductId%5D=1201"
    stage.actor.portal.extra["catalogue_files"][41] = LEAFLET
    stage.tables["product"].update(
        1201, property259=[{"value": {"id": "41", "url": path, "urlMachine": path}, "valueId": "9735"}]
    )
    copy = stage.whole()
    last = dict(stage.lines(copy, "product.files"))
    assert content(last, "1201/41") == LEAFLET
    assert "auth=" not in json.dumps(last)
    assert last["1201"]["property259"][0]["value"]["id"] == "41"
