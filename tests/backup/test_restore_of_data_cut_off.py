"""A restore of data that is cut off: by a key that is missing or wrong, a kill, the storage, a limit of the portal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from requests.adapters import HTTPAdapter

from b24app.backup.archive.archive_manifest import ManifestPack, manifest_name, read_manifest, write_manifest
from b24app.backup.archive.held_keys import key_request
from b24app.backup.archive.keys import throw_away_identity
from b24app.backup.archive.packs import PackDamaged, PackRow, write_packs
from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.data.copy_access import CopyChanged, purpose_of
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import allow_restores, begin, go_on, start_undo
from b24app.backup.restore.running import put_back
from b24app.backup.restore.writers.crm_item import CUT_OFF
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import ObjectMissing
from b24app.database import db, portal_scope
from b24app.json_values import JsonObject
from b24app.services import services
from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    MARINA,
    READ_AT,
    Copied,
    Jobs,
    choose,
    give_key,
    kill_workers,
    lines,
    make_copy,
    plan_of,
    press,
    rows_of_deals,
    stored,
)
from tests.backup.test_restore_of_data import DEALS, around, copied, hang, lose

pytestmark = pytest.mark.usefixtures("first_checks")

__all__ = ["copied"]


def test_a_wrong_key_is_told_and_the_right_one_goes_on(copied: Copied, run_jobs: Jobs) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs, with_key=False)
    assert stored(copied, made).state == RestoreState.NEEDS_KEY
    give_key(copied, made, run_jobs, throw_away_identity())
    assert stored(copied, made).state == RestoreState.NEEDS_KEY
    with portal_scope(copied.actor.portal_id):
        asked = key_request(purpose_of(made))
    assert asked is not None
    assert asked.mistaken
    give_key(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.PREVIEW
    assert plan_of(copied, made).count(Action.CREATE) == 1


def test_another_worker_asks_for_the_key_again(copied: Copied, run_jobs: Jobs, world: World) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    kill_workers()
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.WAITING  # the worker that held it may live still
    world.clock.advance(minutes=2)
    run_jobs()
    assert stored(copied, made).state == RestoreState.NEEDS_KEY
    give_key(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    assert [line.state for line in lines(copied, made)] == ["created"]


class ProcessKilled(BaseException):
    """The end of a process: nothing catches it."""


def kill_after(app: Flask, world: World, requests_left: int) -> None:
    """Let the process die right after the portal has carried out this request, before its answer is read."""
    left = [requests_left]

    def is_last() -> bool:
        left[0] -= 1
        return left[0] < 0

    kill_when(app, world, is_last)


def kill_when(app: Flask, world: World, is_last: Callable[[], bool]) -> None:
    """Let the process die right after the request that the portal has carried out when this becomes true."""

    class LastRequest(HTTPAdapter):
        def send(self, *args: Any, **more: Any) -> requests.Response:
            answer = world.adapter().send(*args, **more)
            if is_last():
                raise ProcessKilled
            return answer

    def open_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", LastRequest())
        return session

    app.extensions["services"] = replace(app.extensions["services"], http=open_session)


@pytest.mark.parametrize("requests_left", range(20))
def test_killed_at_any_point_the_next_press_finishes_it_without_doubles(
    copied: Copied, run_jobs: Jobs, world: World, app: Flask, requests_left: int
) -> None:
    portal = copied.actor.portal
    count = len(portal.tables["deal"])
    rows = {str(deal): len(around(portal, "product_row", "ownerId", str(deal))) for deal in DEALS}
    lose(portal, *DEALS)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    with portal_scope(copied.actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(made, by=MARINA)
        db.session.commit()
    http = app.extensions["services"].http
    kill_after(app, world, requests_left)
    with suppress(ProcessKilled):
        put_back(made)
    db.session.remove()
    app.extensions["services"] = replace(app.extensions["services"], http=http)
    kill_workers()
    world.clock.advance(minutes=5)
    run_jobs()
    if stored(copied, made).state != RestoreState.DONE:
        assert stored(copied, made).state == RestoreState.STOPPED
        with portal_scope(copied.actor.portal_id):
            go_on(made, by=MARINA)
            db.session.commit()
        run_jobs()
        give_key(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    assert [line.state for line in lines(copied, made)] == ["created"] * 3
    assert len(portal.tables["deal"]) == count
    for line in lines(copied, made):
        assert len(around(portal, "product_row", "ownerId", line.new_key)) == rows[line.key]
        for name, field in (("comment", "ENTITY_ID"), ("activity", "OWNER_ID"), ("log_message", "entityId")):
            found = around(portal, name, field, line.new_key)
            texts = [str(row.get("COMMENT") or row.get("DESCRIPTION") or row.get("text")) for row in found]
            assert found
            assert len(texts) == len(set(texts)), texts


def test_a_long_history_is_not_doubled_by_the_press_after_a_kill(
    north: Actor, tmp_path: Path, run_jobs: Jobs, world: World, app: Flask
) -> None:
    portal = north.portal
    for _ in range(130):
        hang(portal, 150)
    copied = make_copy(north, tmp_path, rows_of_deals(portal, [150]))
    whole = 1 + sum(row["COMPLETED"] == "Y" for row in around(portal, "activity", "OWNER_ID", "150"))
    lose(portal, 150)
    logs = relation_table(portal, "log_message")
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    with portal_scope(north.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(made, by=MARINA)
        db.session.commit()
    http = app.extensions["services"].http
    kill_when(app, world, lambda: len(logs) > 102)
    with suppress(ProcessKilled):
        put_back(made)
    db.session.remove()
    assert 102 < len(logs) < whole
    app.extensions["services"] = replace(app.extensions["services"], http=http)
    kill_workers()
    world.clock.advance(minutes=5)
    run_jobs()
    with portal_scope(north.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    run_jobs()
    give_key(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    texts = [row["text"] for row in logs]
    assert len(texts) == len(set(texts)) == whole


def test_a_damaged_pack_is_said_and_nothing_is_written(
    copied: Copied, run_jobs: Jobs, tmp_path: Path
) -> None:
    lose(copied.actor.portal, 150)
    for pack in tmp_path.rglob("*.age"):
        content = pack.read_bytes()
        pack.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    row = stored(copied, made)
    assert (row.state, row.error) == (RestoreState.PREVIEW, PackDamaged.public)
    assert not plan_of(copied, made).is_read


def test_the_page_asks_for_the_key_and_then_shows_the_preview(copied: Copied, run_jobs: Jobs) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs, with_key=False)
    opened = copied.actor.opens(lang="en")
    waiting = opened.get(f"/restore/{made}").text
    assert 'data-key-seal="/copy/key/held"' in waiting
    assert "Nothing is written yet" in waiting
    give_key(copied, made, run_jobs, throw_away_identity())
    assert "does not open this copy" in opened.get(f"/restore/{made}").text
    give_key(copied, made, run_jobs)
    preview = opened.get(f"/restore/{made}").text
    assert "ask-key" not in preview
    assert "№ 150" in preview
    assert "never put back as paid" in preview


def test_a_restore_that_waits_for_its_key_can_be_stopped(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    kill_workers()
    world.clock.advance(minutes=2)
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.NEEDS_KEY
    copied.actor.opens().post(f"/restore/{made}/stop")
    run_jobs()
    row = stored(copied, made)
    assert (row.state, row.active) == (RestoreState.STOPPED, None)
    assert [line.state for line in lines(copied, made)] == ["waiting"]


def test_what_a_dead_worker_made_is_named_by_the_way_back(
    copied: Copied, run_jobs: Jobs, world: World, app: Flask
) -> None:
    portal = copied.actor.portal
    lose(portal, 150)
    count = len(portal.tables["deal"])
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    with portal_scope(copied.actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(made, by=MARINA)
        db.session.commit()
    http, asked = app.extensions["services"].http, 0
    while len(portal.tables["deal"]) == count and asked < 20:
        kill_after(app, world, asked)
        with suppress(ProcessKilled):
            put_back(made)
        db.session.remove()
        asked += 1
        with portal_scope(copied.actor.portal_id):
            if (row := db.session.get_one(Restore, made)).state == RestoreState.RUNNING:
                row.state = RestoreState.WAITING
            db.session.commit()
    app.extensions["services"] = replace(app.extensions["services"], http=http)
    assert [line.state for line in lines(copied, made)] == ["sent"]
    with portal_scope(copied.actor.portal_id):
        row = db.session.get_one(Restore, made)
        row.state, row.active, row.ended_at = RestoreState.STOPPED, None, services().clock.now()
        db.session.commit()
    world.clock.advance(minutes=5)
    with portal_scope(copied.actor.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    (one,) = plan_of(copied, undo).operations
    assert portal.tables["deal"].get(one.key) is not None
    assert (one.action, one.why.message) == (Action.CANNOT, CUT_OFF)


def test_a_storage_without_the_copy_is_said_before_and_in_the_middle(
    copied: Copied, run_jobs: Jobs, tmp_path: Path
) -> None:
    lose(copied.actor.portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    moved = tmp_path.with_name("elsewhere")
    tmp_path.rename(moved)
    tmp_path.mkdir()
    press(copied, made, run_jobs)
    row = stored(copied, made)
    assert (row.state, row.error) == (RestoreState.STOPPED, ObjectMissing.public)
    other = choose(copied, by_numbers("deal", ["150"]), run_jobs, with_key=False)
    assert stored(copied, other).error == ObjectMissing.public
    assert "btn" in copied.actor.opens().get(f"/restore/{other}").text
    tmp_path.rmdir()
    moved.rename(tmp_path)
    with portal_scope(copied.actor.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    run_jobs()
    give_key(copied, made, run_jobs)
    assert [line.state for line in lines(copied, made)] == ["created"]


def test_a_portal_at_its_limit_lets_the_restore_rest_and_go_on(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    titles = [(portal.tables["deal"].get(deal) or {})["title"] for deal in DEALS]
    lose(portal, *DEALS)
    made = choose(copied, by_numbers("deal", map(str, DEALS)), run_jobs)
    portal.faults.refuse_next("OPERATION_TIME_LIMIT", times=60, method="crm.item.batchImport")
    press(copied, made, run_jobs)
    assert stored(copied, made).state in {RestoreState.WAITING, RestoreState.DONE}
    portal.faults.forgive()
    for _ in range(10):
        world.clock.advance(minutes=11)
        run_jobs()
        if stored(copied, made).state == RestoreState.NEEDS_KEY:
            give_key(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    back = [row["title"] for row in portal.tables["deal"] if row["title"] in titles]
    assert sorted(back) == sorted(titles)


def forge(copied: Copied, entity: str, row: JsonObject) -> None:
    """What a thief of the storage's password can do: seal a pack with the public key and name it in a new list of contents."""
    target = open_target(copied.actor.portal_id)
    manifest = read_manifest(target.get(manifest_name("n1")))
    item = PackRow(str(row["id"]), READ_AT, row)
    (pack,) = write_packs([item], manifest.recipients, 60_000)
    target.put(pack.name, pack.content)
    entities = tuple(
        one.model_copy(update={"packs": (*one.packs, ManifestPack.of(pack, "n1"))})
        if one.code == entity
        else one
        for one in manifest.entities
    )
    target.delete(manifest_name("n1"))
    target.put(manifest_name("n1"), write_manifest(manifest.model_copy(update={"entities": entities})))
    target.close()


def test_rows_that_somebody_else_put_into_the_storage_are_not_written(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    row = dict(portal.tables["deal"].get(150) or {})
    lose(portal, 150)
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    count = len(portal.tables["deal"])
    forge(copied, "deal", {**row, "title": "Pay to another account"})
    press(copied, made, run_jobs)
    assert (stored(copied, made).state, stored(copied, made).error) == (
        RestoreState.STOPPED,
        CopyChanged.public,
    )
    assert len(portal.tables["deal"]) == count
    other = choose(copied, by_numbers("deal", ["150"]), run_jobs, with_key=False)
    assert (stored(copied, other).state, stored(copied, other).error) == (
        RestoreState.PREVIEW,
        CopyChanged.public,
    )
