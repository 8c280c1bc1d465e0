"""Universal lists with their elements and files of Disk, sources of orders, and orders bound to deals are copied; a missing scope is said."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24app.backup.copied_kinds import kind_of
from b24app.backup.model import BackupPlan, CopyEntity, CopyKind, CopyState, EntityState
from b24app.backup.reading.file_contents import NOT_GIVEN, SOME_REFUSED
from b24app.backup.reading.starting_over import read_anew
from b24app.database import db, portal_scope
from b24app.errors import ScopeMissing
from sandbox.shop.relations import relation_table
from sandbox.shop.universal_lists import PASSPORT, attach, attached_of, elements_of
from sandbox.shop.universal_lists import SCAN as FIELD
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import CopyStage

pytestmark = pytest.mark.cases
SCAN = b"%PDF-1.7 scan" * 40


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    with portal_scope(south.portal_id):
        yield CopyStage(app, south, world, tmp_path)


def test_universal_lists_are_copied_with_fields_sections_and_elements(stage: CopyStage) -> None:
    stage.only("lists", "sonet_group")
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    assert stage.rows(copy, "list")[47]["NAME"] == "Поставщики"
    assert [one["FIELD_ID"] for one in stage.rows(copy, "list.fields")[47]["rows"]] == [
        "NAME",
        "PROPERTY_951",
        "PROPERTY_953",
        "PROPERTY_955",
        "PROPERTY_957",
    ]
    assert [one["NAME"] for one in stage.rows(copy, "list.sections")[47]["rows"]] == ["За рубежом"]
    elements = stage.rows(copy, "list_47")
    assert (len(elements), elements[7001]["PROPERTY_951"]) == (130, {"16001": "Договор 7001"})
    assert set(stage.rows(copy, "list_48")) == {7201}
    assert set(stage.rows(copy, "list_49")) == {7202}, "a list of a workgroup"
    assert stage.doubled(copy, "list_47") == []


def test_the_next_copy_takes_changed_elements_and_tells_what_is_gone(stage: CopyStage) -> None:
    stage.only("lists")
    stage.whole()
    table = elements_of(stage.actor.portal)
    table.update("7005", NAME="Другое имя")
    table.delete("7006")
    stage.world.clock.advance(hours=20)
    second = stage.whole(CopyKind.NIGHTLY)
    last = dict(stage.lines(second, "list_47"))
    assert (last["7005"]["NAME"], last["7006"]) == ("Другое имя", None)
    assert stage.doubled(second, "list_47") == ["7005", "7006"]
    assert stage.entity(second.id, "list_47").gone == 1


def with_files(stage: CopyStage) -> None:
    stage.only("lists", "disk")
    db.session.execute(update(BackupPlan).values(with_files=True))
    db.session.commit()


def content(last: dict[str, Any], name: str) -> bytes:
    parts = sorted(
        (key for key in last if key.startswith(f"{name}/")), key=lambda key: int(key.rpartition("/")[2])
    )
    return b"".join(base64.b64decode(last[key]["content"]) for key in parts)


def test_files_of_disk_in_fields_of_lists_are_copied_with_the_files(stage: CopyStage) -> None:
    with_files(stage)
    portal = stage.actor.portal
    one, two = attach(portal, 7001, "a.pdf", SCAN), attach(portal, 7001, "b.pdf", SCAN[::-1])
    other = attach(portal, 7060, "c.pdf", b"c")
    elements_of(portal).update("7001", **{PASSPORT: {"18001": "32521"}})
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    last = dict(stage.lines(copy, "list_47.files_955"))
    assert (content(last, f"7001/{one}"), content(last, f"7001/{two}")) == (SCAN, SCAN[::-1])
    assert content(last, f"7060/{other}") == b"c"
    assert [row["NAME"] for row in last["7001"]["rows"]] == ["a.pdf", "b.pdf"]
    assert "auth" not in json.dumps(last)
    assert kind_of("list_47.files_955") == "files"
    codes = db.session.scalars(select(CopyEntity.entity).where(CopyEntity.copy_id == copy.id)).all()
    assert [code for code in codes if ".files_" in code] == ["list_47.files_955"]


def test_the_next_copy_takes_files_of_changed_elements_and_tells_those_that_went(stage: CopyStage) -> None:
    with_files(stage)
    portal = stage.actor.portal
    one, two = attach(portal, 7001, "a.pdf", SCAN), attach(portal, 7002, "b.pdf", SCAN)
    stage.whole()
    attached_of(portal).delete(str(two))
    elements_of(portal).update("7002", **{FIELD: {}})
    third = attach(portal, 7003, "c.pdf", b"third")
    stage.world.clock.advance(hours=20)
    last = dict(stage.lines(stage.whole(CopyKind.NIGHTLY), "list_47.files_955"))
    assert (content(last, f"7001/{one}"), content(last, f"7003/{third}")) == (SCAN, b"third")
    assert last["7002"] is None


def test_a_file_of_a_list_that_is_closed_to_us_is_named_as_missing(stage: CopyStage) -> None:
    with_files(stage)
    portal = stage.actor.portal
    one, closed = attach(portal, 7001, "a.pdf", SCAN), attach(portal, 7002, "b.pdf", SCAN)
    attached_of(portal).update(str(closed), _closed=True)
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    last = dict(stage.lines(copy, "list_47.files_955"))
    assert content(last, f"7001/{one}") == SCAN
    assert last["7002"]["rows"] == [{"ID": str(closed), NOT_GIVEN: True}]
    assert stage.entity(copy.id, "list_47.files_955").error == SOME_REFUSED


def test_without_disk_files_of_lists_are_said_to_be_left_out(stage: CopyStage) -> None:
    with_files(stage)
    stage.only("lists")
    attach(stage.actor.portal, 7001, "a.pdf", SCAN)
    copy = stage.whole()
    entity = stage.entity(copy.id, "list_47.files_955")
    assert (entity.state, entity.error) == (EntityState.LEFT_OUT, ScopeMissing.public)
    assert len(stage.rows(copy, "list_47")) == 130


def test_without_the_scope_lists_are_said_to_be_left_out(stage: CopyStage) -> None:
    stage.only("crm")
    copy = stage.whole()
    entity = stage.entity(copy.id, "list")
    assert (entity.state, entity.error) == (EntityState.LEFT_OUT, ScopeMissing.public)


def test_sources_of_orders_and_orders_bound_to_deals_are_copied(stage: CopyStage) -> None:
    """Of bindings a page of fifty is asked for behind the last order: with start -1 all of them would come at once."""
    bound, orders = relation_table(stage.actor.portal, "order_entity"), stage.tables["order"].ids[:70]
    for place, order in enumerate(orders):
        bound.add({"orderId": order, "ownerId": 100 + place, "ownerTypeId": 2})
    stage.only("crm", "sale")
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    assert {order: row["ownerId"] for order, row in stage.rows(copy, "order_binding").items()} == {
        order: 100 + place for place, order in enumerate(orders)
    }
    assert set(stage.rows(copy, "order_source")) == set(stage.tables["trade_binding"].ids)
    assert (stage.entity(copy.id, "order_binding").present, stage.doubled(copy, "order_binding")) == (70, [])
    bound.delete(orders[0])
    stage.world.clock.advance(hours=20)
    second = stage.whole(CopyKind.NIGHTLY)
    assert stage.entity(second.id, "order_binding").gone == 1


def test_a_copy_of_lists_that_is_begun_anew_doubles_nothing(stage: CopyStage) -> None:
    stage.only("lists")
    copy_id = stage.begin()
    stage.read(copy_id, most=1)
    read_anew(copy_id)
    copy = stage.read(copy_id)
    assert stage.doubled(copy, "list_47") == []
    assert len(stage.rows(copy, "list_47")) == 130
