"""Files are copied when a portal has chosen them: Disk with its folders, bytes in parts, and no address with a token in it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24app.backup.model import BackupPlan, CopyKind, CopyState, EntityState
from b24app.backup.reading import file_contents
from b24app.backup.reading.item_index import index_ids
from b24app.backup.reading.steps import make_copy
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, portal_scope
from b24app.guard import PORTALS, Guard, read_trust
from b24app.guard.sessions import open_session
from sandbox.rest.registry import METHODS, Call, Refusal
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import make_small
from tests.backup.copying import CopyStage
from tests.backup.disk_files import BIG, add, bytes_of
from tests.backup.shop_copies import keep_few_orders

pytestmark = pytest.mark.cases


@pytest.fixture
def stage(
    south: Actor, app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CopyStage]:
    monkeypatch.setattr(file_contents, "PART", 100_000)
    monkeypatch.setattr(file_contents, "PIECE", 10_000)
    make_small(south.portal)
    keep_few_orders(south.portal)
    with portal_scope(south.portal_id):
        found = CopyStage(app, south, world, tmp_path)
        found.only("disk")
        db.session.execute(update(BackupPlan).values(with_files=True))
        db.session.commit()
        add(found, 9101, "Сметы", "8001", None)
        add(found, 9102, "Смета.pdf", "9101", BIG)
        add(found, 9103, "Пусто.txt", "9101", b"")
        yield found


def test_every_file_comes_back_byte_for_byte(stage: CopyStage) -> None:
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    assert bytes_of(stage, copy.id, 9102) == BIG
    assert bytes_of(stage, copy.id, 9103) == b""
    rows = dict(stage.lines(copy, "disk"))
    assert (rows["9101"]["TYPE"], rows["9102"]["PARENT_ID"]) == ("folder", "9101")
    assert rows["8001"]["TYPE"] == "storage"


def test_no_address_of_a_file_is_kept_anywhere(stage: CopyStage) -> None:
    copy = stage.whole()
    packed = json.dumps([row for _, row in stage.lines(copy, "disk")])
    logged = json.dumps(
        [[one.texts.request, one.texts.answer] for one in db.session.scalars(select(CallLogEntry))]
    )
    for text in (packed, logged):
        assert "download.json" not in text
        assert "DOWNLOAD_URL" not in text


def test_what_the_portal_does_not_give_is_said_and_asked_for_again(stage: CopyStage) -> None:
    """Files of the sandbox's beginning have a size and no bytes: their address answers 404."""
    first = stage.whole()
    entity = stage.entity(first.id, "disk")
    assert (entity.state, entity.cursor["refused"]) == (EntityState.DONE, 3)
    assert entity.error == file_contents.SOME_REFUSED
    stage.actor.portal.extra["files"][9002] = b"found again"
    stage.tables["disk_object"].update(9002, SIZE=str(len(b"found again")))
    second = stage.whole(CopyKind.NIGHTLY)
    assert stage.entity(second.id, "disk").cursor["refused"] == 2
    assert bytes_of(stage, second.id, 9002) == b"found again"


def test_the_next_copy_takes_only_what_has_changed_and_tells_what_is_gone(stage: CopyStage) -> None:
    stage.whole()
    table, portal = stage.tables["disk_object"], stage.actor.portal
    table.update(9102, GLOBAL_CONTENT_VERSION="2", SIZE="3")
    portal.extra["files"][9102] = b"new"
    table.delete(9103)
    stage.world.clock.advance(hours=2)
    second = stage.whole(CopyKind.NIGHTLY)
    mine = [key for key, _ in stage.lines(second, "disk")]
    assert mine.count("8001") == 1, "what is the same is not packed again"
    assert bytes_of(stage, second.id, 9102)[:3] == b"new"
    assert 9103 not in set(index_ids("disk"))
    assert stage.entity(second.id, "disk").gone == 1


def test_a_walk_of_many_steps_loses_nothing(stage: CopyStage, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9200, 9260):
        add(stage, number, f"{number}.txt", "9101", str(number).encode())
    copy_id = stage.begin()
    monkeypatch.setattr("b24app.backup.reading.steps.STEP_SECONDS", 3.0)
    stage.actor.portal.faults.answer_next("slow", seconds=1, times=None)
    steps = 0
    while stage.copy(copy_id).state in (CopyState.WAITING, CopyState.READING):
        make_copy(copy_id)
        stage.world.clock.advance(seconds=1)
        steps += 1
        assert steps < 200
    assert steps > 2
    assert set(stage.tables["disk_object"].ids) <= set(index_ids("disk"))
    assert bytes_of(stage, copy_id, 9230) == b"9230"


def test_a_folder_of_files_that_are_not_given_is_walked_through_in_many_steps(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked for once in a copy: a step that began with those of the step before would never come further."""
    for number in range(9200, 9230):
        add(stage, number, f"{number}.txt", "9101", str(number).encode())
        stage.actor.portal.extra["files"].pop(number)
    copy_id = stage.begin()
    monkeypatch.setattr("b24app.backup.reading.steps.STEP_SECONDS", 3.0)
    known = file_contents._open

    def slowly(*asked: Any) -> Any:
        stage.world.clock.advance(seconds=1)
        return known(*asked)

    monkeypatch.setattr(file_contents, "_open", slowly)
    for _ in range(150):
        if stage.copy(copy_id).state not in (CopyState.WAITING, CopyState.READING):
            break
        make_copy(copy_id)
        stage.world.clock.advance(seconds=1)
    entity = stage.entity(copy_id, "disk")
    assert (stage.copy(copy_id).state, entity.cursor["refused"]) == (CopyState.PROVING, 33)
    assert bytes_of(stage, copy_id, 9102) == BIG


def test_without_the_wish_no_file_is_read(stage: CopyStage) -> None:
    db.session.execute(update(BackupPlan).values(with_files=False))
    db.session.commit()
    copy = stage.whole()
    assert "disk" not in {key for key, _ in stage.lines(copy, "disk")}
    assert list(index_ids("disk")) == []


def test_files_in_fields_of_items_are_taken_with_their_bytes(stage: CopyStage) -> None:
    """A field of the type file names its file with an address for applications (crm/universal/object-fields.md)."""
    stage.only("crm", "disk")
    portal = stage.actor.portal
    card = next(iter(stage.world.applications.values()))
    sample = next(row for row in stage.tables["user_field"] if row["ENTITY_ID"] == "CRM_DEAL")
    stage.tables["user_field"].add(
        {**sample, "ID": "990", "FIELD_NAME": "UF_CRM_990", "USER_TYPE_ID": "file", "MULTIPLE": "Y"}
    )
    token = portal.issue_tokens(card, portal.admin).access
    address = f"https://{portal.host}/rest/download.json?auth={token}&token=disk%7C9102"
    stage.tables["deal"].update(
        150, ufCrm_990=[{"id": 77, "url": "/bitrix/tools/file.php", "urlMachine": address}]
    )
    copy = stage.whole()
    last = dict(stage.lines(copy, "deal.files"))
    found = sorted(
        (key for key in last if key.startswith("150/77/")), key=lambda key: int(key.rpartition("/")[2])
    )
    assert b"".join(base64.b64decode(last[key]["content"]) for key in found) == BIG
    assert last["150"]["ufCrm_990"] == [{"id": 77, "url": "/bitrix/tools/file.php"}]
    assert token not in json.dumps(last)
    assert stage.rows(copy, "deal")[150]["ufCrm_990"] == [{"id": 77, "url": "/bitrix/tools/file.php"}]
    assert stage.entity(copy.id, "deal.files").state == EntityState.DONE
    stage.actor.portal.extra["files"].pop(9102)
    stage.world.clock.advance(days=8)
    closed = stage.whole(CopyKind.NIGHTLY)
    entity = stage.entity(closed.id, "deal.files")
    assert (entity.cursor["absent"], entity.error) == ({"count": 1, "ids": [150]}, file_contents.SOME_REFUSED)
    assert dict(stage.lines(closed, "deal.files"))["150"]["contentRefused"] is True


def test_a_folder_that_is_closed_for_a_moment_takes_nothing_out_of_the_copy(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.whole()
    known = METHODS["disk.folder.getchildren"]

    def refuse(call: Call) -> Any:
        if str(call.get("id")) == "9101":
            raise Refusal("ACCESS_DENIED", "Access denied")
        return known.answer(call)

    stage.world.clock.advance(hours=20)
    with monkeypatch.context() as patch:
        patch.setitem(METHODS, "disk.folder.getchildren", replace(known, answer=refuse))
        second = stage.whole(CopyKind.NIGHTLY)
    entity = stage.entity(second.id, "disk")
    assert (entity.gone, entity.cursor["swept"], entity.error) == (0, False, file_contents.SOME_REFUSED)
    assert {9101, 9102, 9103} <= set(index_ids("disk"))
    assert bytes_of(stage, second.id, 9102) == BIG


def test_a_page_that_asks_to_log_in_is_not_taken_for_a_file(stage: CopyStage) -> None:
    """Its size is another one than the portal told: the row says so, and the next copy asks again."""
    files = stage.actor.portal.extra["files"]
    files[9102] = b"<html><form name='form_auth'>login</form></html>"
    first = stage.whole()
    row = dict(stage.lines(first, "disk"))["9102"]
    assert row["contentRefused"] is True
    assert stage.entity(first.id, "disk").error == file_contents.SOME_REFUSED
    files[9102] = BIG
    stage.world.clock.advance(hours=20)
    second = stage.whole(CopyKind.NIGHTLY)
    assert bytes_of(stage, second.id, 9102) == BIG
    assert "contentRefused" not in dict(stage.lines(second, "disk"))["9102"]


def test_a_portal_that_lapses_during_the_walk_is_no_closed_folder(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing of it was seen: the copy rests and walks on when the portal answers again."""
    known, lapsed = METHODS["disk.folder.getchildren"], 3

    def refuse(call: Call) -> Any:
        nonlocal lapsed
        if str(call.get("id")) == "9101" and lapsed:
            lapsed -= 1
            raise Refusal("ACCESS_DENIED", "REST is available only on commercial plans.", status=401)
        return known.answer(call)

    monkeypatch.setitem(METHODS, "disk.folder.getchildren", replace(known, answer=refuse))
    copy = stage.whole()
    entity = stage.entity(copy.id, "disk")
    assert (copy.state, entity.cursor.get("closed"), entity.cursor["swept"]) == (
        CopyState.PROVING,
        None,
        True,
    )
    assert bytes_of(stage, copy.id, 9102) == BIG


def test_a_file_whose_address_lies_inside_a_network_is_one_that_is_not_given() -> None:
    """It is never called, and said as any file that is not given; the rest of the copy goes on."""
    guard = Guard(PORTALS, read_trust(()), lambda _host, _port: ("10.0.0.7",))
    with pytest.raises(file_contents.FileRefused):
        list(file_contents.parts_of(lambda: open_session(guard), "https://files.example.com/secret"))
