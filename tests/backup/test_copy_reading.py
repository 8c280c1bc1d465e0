"""A copy holds every row of the portal once; the next one only what changed; what is gone is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.backup.archive.archive_manifest import manifest_name, read_manifest
from b24app.backup.model import CopyEntity, CopyKind, CopyPack, CopyState, EntityState
from b24app.backup.reading.item_index import index_count, index_ids
from b24app.backup.targets.open_target import open_target
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, portal_scope
from b24app.portals.model import every_scope
from sandbox.rest.table import Table
from sandbox.shop.tasks import blank_task
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import CopyStage

pytestmark = pytest.mark.cases


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    with portal_scope(south.portal_id):
        yield CopyStage(app, south, world, tmp_path)


def later(stage: CopyStage, **step: float) -> None:
    stage.world.clock.advance(**step)


def test_every_row_of_the_portal_is_in_the_copy_once(stage: CopyStage) -> None:
    copy = stage.whole()
    assert (copy.state, copy.error) == (CopyState.PROVING, "")
    for code, table in (
        ("deal", "deal"),
        ("contact", "contact"),
        ("product", "product"),
        ("payment", "payment"),
    ):
        assert sorted(stage.rows(copy, code)) == stage.tables[table].ids
        assert stage.doubled(copy, code) == []
    deal = stage.rows(copy, "deal")[150]
    assert deal["title"] == stage.tables["deal"].get(150)["title"]


def test_what_hangs_on_items_is_one_line_an_owner(stage: CopyStage) -> None:
    copy = stage.whole()
    rows = stage.rows(copy, "deal.product_rows")
    assert {row["ownerId"] for row in rows[152]["rows"]} == {152}
    kept = [row["id"] for owner in rows.values() for row in owner["rows"]]
    assert sorted(kept) == stage.tables["product_row"].ids
    assert sorted(stage.rows(copy, "deal.comments")) == stage.tables["comment"].ids
    assert set(stage.rows(copy, "address")) == set(stage.tables["requisite"].ids)


def test_rows_and_the_count_of_the_portal_agree(stage: CopyStage) -> None:
    copy = stage.whole()
    for code in ("deal", "contact", "lead", "activity", "requisite", "payment"):
        entity = stage.entity(copy.id, code)
        assert (entity.state, entity.rows) == (EntityState.DONE, entity.present)
        assert entity.rows == index_count(code) == len(stage.rows(copy, code))
        assert entity.cursor["second_pass"] == 0


def test_the_manifest_names_every_pack_in_its_order(stage: CopyStage) -> None:
    copy = stage.whole()
    target = open_target(stage.actor.portal_id)
    manifest = read_manifest(target.get(manifest_name(copy.folder)))
    named = [pack.name for entity in manifest.entities for pack in entity.packs]
    assert sorted(named) == sorted(db.session.scalars(select(CopyPack.name)))
    deals = next(one for one in manifest.entities if one.code == "deal")
    assert (deals.title, deals.rows, deals.present) == ("Сделки", 190, 190)


def test_nothing_changed_costs_no_pack(stage: CopyStage) -> None:
    stage.only("crm")
    stage.whole()
    later(stage, minutes=1)
    second = stage.whole(CopyKind.NIGHTLY)
    packed = set(db.session.scalars(select(CopyPack.entity).where(CopyPack.copy_id == second.id)))
    assert packed & {"deal", "contact", "lead", "product", "deal.product_rows", "deal.comments"} == set()
    assert second.base_id is not None
    assert len(stage.rows(second, "deal")) == 190


def test_the_next_copy_takes_what_was_changed_with_what_hangs_on_it(stage: CopyStage) -> None:
    stage.only("crm")
    first = stage.whole()
    later(stage, hours=20)
    now = stage.actor.portal.now().isoformat(timespec="seconds")
    stage.tables["deal"].update(150, title="Renamed", updatedTime=now)
    stage.tables["product_row"].update(151 * 4, quantity=77)  # of a deal that was not changed
    stage.tables["product_row"].add({**stage.tables["product_row"].get(604), "id": 90_001, "ownerId": 150})
    second = stage.whole(CopyKind.NIGHTLY)
    mine = select(CopyPack).where(CopyPack.copy_id == second.id, CopyPack.entity == "deal")
    assert [pack.rows for pack in db.session.scalars(mine)] == [1]
    assert stage.rows(second, "deal")[150]["title"] == "Renamed"
    assert [row["id"] for row in stage.rows(second, "deal.product_rows")[150]["rows"]] == [90_001]
    assert len(stage.rows(second, "deal")) == len(stage.rows(first, "deal"))


def test_items_that_were_deleted_are_gone_in_the_next_copy_with_what_hung_on_them(stage: CopyStage) -> None:
    stage.only("crm")
    stage.whole()
    later(stage, hours=20)
    for deal in (150, 151, 152):
        stage.tables["deal"].delete(deal)
    second = stage.whole(CopyKind.NIGHTLY)
    entity = stage.entity(second.id, "deal")
    assert (entity.gone, entity.cursor["gone_ids"], entity.cursor["present_before"]) == (
        3,
        [150, 151, 152],
        190,
    )
    assert entity.cursor["swept"] is True
    assert not {150, 151, 152} & set(stage.rows(second, "deal"))
    assert not {150, 151, 152} & set(stage.rows(second, "deal.product_rows"))
    assert not {150, 151, 152} & set(index_ids("deal"))


def test_a_deal_that_came_back_with_its_old_time_is_found_by_its_id(stage: CopyStage) -> None:
    stage.only("crm")
    first = stage.whole()
    deal = stage.rows(first, "deal")[160]
    stage.tables["deal"].delete(160)
    later(stage, hours=20)
    second = stage.whole(CopyKind.NIGHTLY)
    assert 160 not in stage.rows(second, "deal")
    stage.tables["deal"].add(deal)
    stage.tables["deal"].delete(161)
    stage.tables["deal"].delete(162)
    later(stage, hours=20)
    third = stage.whole(CopyKind.NIGHTLY)
    rows = stage.rows(third, "deal")
    assert (160 in rows, 161 in rows, 162 in rows) == (True, False, False)


def test_a_clock_of_ours_that_went_back_loses_no_change(stage: CopyStage) -> None:
    """The moment to read from is the portal's own, so only the portal's clock counts."""
    stage.only("crm")
    first = stage.whole()
    later(stage, hours=20)
    changed = stage.actor.portal.now().isoformat(timespec="seconds")
    stage.tables["deal"].update(150, title="Renamed", updatedTime=changed)
    copy = stage.copy(stage.begin(CopyKind.NIGHTLY))
    copy.created_at = copy.created_at + timedelta(days=3)
    db.session.commit()
    assert copy.base_id == first.id
    assert stage.rows(stage.read(copy.id), "deal")[150]["title"] == "Renamed"


def test_a_portal_whose_clock_went_far_back_is_read_whole(stage: CopyStage) -> None:
    stage.only("crm")
    first = stage.whole()
    first.portal_at = (first.portal_at or first.created_at) + timedelta(days=2)
    db.session.commit()
    later(stage, hours=2)
    second = stage.whole(CopyKind.NIGHTLY)
    assert stage.entity(second.id, "deal").changed_from is None


@pytest.mark.parametrize("why", ["renewal", "week", "key", "target"])
def test_a_new_chain_begins_and_packs_everything_anew(stage: CopyStage, why: str) -> None:
    from b24app.backup.model import BackupPlan

    stage.only("crm")
    first = stage.whole()
    later(stage, days=8 if why == "week" else 1)
    plan = db.session.scalars(select(BackupPlan)).one()
    if why == "key":
        plan.second_recipient = plan.recipient
    elif why == "target":
        plan.target_title = "another folder"
    kind = CopyKind.BEFORE_RENEWAL if why == "renewal" else CopyKind.NIGHTLY
    second = stage.whole(kind)
    assert (first.base_id, second.base_id) == (None, None)
    assert second.id != first.id
    assert sorted(stage.rows(second, "deal")) == stage.tables["deal"].ids
    assert stage.doubled(second, "deal") == []


def test_the_call_log_keeps_count_range_and_hash_and_no_row(stage: CopyStage) -> None:
    stage.only("crm")
    later(stage, minutes=5)
    begun = stage.world.clock.now()
    copy = stage.whole()
    entries = db.session.scalars(select(CallLogEntry).where(CallLogEntry.at >= begun)).all()
    text = "\n".join(entry.texts.answer for entry in entries)
    person = stage.rows(copy, "contact")[5]
    assert person["lastName"] not in text
    assert person["phone"] not in text
    assert all(
        "sha256" in entry.texts.answer for entry in entries if entry.method == "batch" and not entry.error
    )
    assert any('"ids": "101-' in entry.texts.answer for entry in entries)


def test_what_a_scope_is_missing_for_is_left_out_and_said(stage: CopyStage) -> None:
    stage.only(*(one for one in every_scope() if one != "sale"))
    copy = stage.whole()
    order = stage.entity(copy.id, "order")
    assert order.state == EntityState.LEFT_OUT
    assert order.error == "The application has no permission for this part of the portal."
    assert stage.entity(copy.id, "deal").state == EntityState.DONE


def test_a_method_that_the_portal_has_not_is_left_out(stage: CopyStage) -> None:
    stage.actor.portal.missing_methods |= {"crm.stagehistory.list", "crm.item.productrow.list"}
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    left = select(CopyEntity.entity).where(
        CopyEntity.copy_id == copy.id, CopyEntity.state == EntityState.LEFT_OUT
    )
    assert {"deal.stage_history", "deal.product_rows"} <= set(db.session.scalars(left))


def test_lists_of_many_pages_that_hang_on_one_owner_are_read_to_their_end(stage: CopyStage) -> None:
    """Product rows turn pages by `start`, time spent by its id."""
    stage.only("crm", "task")
    tables = stage.tables
    row = tables["product_row"].get(604)
    for number in range(90_001, 90_131):
        tables["product_row"].add({**row, "id": number, "ownerId": 150})
    tables["task"].add(blank_task(stage.actor.portal, 7, 1) | {"title": "Counted"})
    tables["elapsed_item"] = Table(
        ({"ID": str(number), "TASK_ID": "7", "SECONDS": "60"} for number in range(1, 131)), key="ID"
    )
    copy = stage.whole()
    assert [row["id"] for row in stage.rows(copy, "deal.product_rows")[150]["rows"]] == list(
        range(90_001, 90_131)
    )
    assert [int(one["ID"]) for one in stage.rows(copy, "task.elapsed")[7]["rows"]] == list(range(1, 131))
