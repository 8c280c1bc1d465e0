"""A file that does not come holds nothing: the rest is read, it is asked for again at the end, and what stayed away is said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from b24app.backup.model import BackupCopy, BackupPlan, CopyState, EntityState
from b24app.backup.reading import file_contents
from b24app.backup.reading.file_retries import WAITS, FilesLate
from b24app.backup.reading.item_index import index_ids
from b24app.backup.reading.missing_files import MOST_SILENCES
from b24app.backup.reading.steps import make_copy
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.rest.registry import METHODS, Call, Refusal
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import make_small
from tests.backup.copying import CopyStage
from tests.backup.disk_files import BIG, add, bytes_of
from tests.backup.dying_worker import Killed, dying
from tests.backup.shop_copies import keep_few_orders

pytestmark = pytest.mark.cases
OURS = range(9200, 9220)


@pytest.fixture
def stage(
    south: Actor, app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CopyStage]:
    monkeypatch.setattr(file_contents, "PART", 100_000)
    make_small(south.portal)
    keep_few_orders(south.portal)
    with portal_scope(south.portal_id):
        found = CopyStage(app, south, world, tmp_path)
        found.only("disk", "task")
        db.session.execute(update(BackupPlan).values(with_files=True))
        db.session.commit()
        for number in (9002, 9003, 9004):  # of the beginning, without bytes
            found.tables["disk_object"].delete(number)
        for number in OURS:
            add(found, number, f"{number}.txt", "9001", str(number).encode() * 50)
        yield found


def silence(stage: CopyStage, kind: Any = "silent") -> None:
    stage.actor.portal.faults.answer_next(kind, method="download.json", times=None)


def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked for from now on."""
    known, found = file_contents._open, list[str]()

    def count(session: Any, address: str) -> Any:
        found.append(address)
        return known(session, address)

    monkeypatch.setattr(file_contents, "_open", count)
    return found


def test_a_silent_host_holds_nothing_else_and_its_files_come_later_in_the_same_copy(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, copy_id = asked_for(monkeypatch), stage.begin()
    silence(stage)
    for _ in range(30):
        make_copy(copy_id)
        if stage.copy(copy_id).state == CopyState.RESTING:
            break
    copy = stage.copy(copy_id)
    assert (copy.state, copy.error, copy.failures) == (CopyState.RESTING, FilesLate.public, 0)
    assert stage.entity(copy_id, "task").state == EntityState.DONE
    assert stage.entity(copy_id, "disk").state == EntityState.DONE
    assert set(OURS) <= set(index_ids("disk")), "what is known of a file is kept without its bytes"
    assert len(asked) == MOST_SILENCES, "a host that is silent is not asked for each of its files"
    stage.actor.portal.faults.forgive()
    copy = stage.read(copy_id)
    assert copy.state == CopyState.PROVING
    assert (stage.entity(copy_id, "disk").error, list(index_ids("disk.absent"))) == ("", [])
    assert all(bytes_of(stage, copy_id, number) == str(number).encode() * 50 for number in OURS)
    rows = dict(stage.lines(copy, "disk"))
    assert not any("contentRefused" in rows[str(number)] for number in OURS)


@pytest.mark.parametrize("kind", ["silent", "drip", "html"])
def test_a_host_that_stays_silent_is_said_at_the_end(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The copy ends without those files, within the rests of its rounds, and names them; the next copy asks again."""
    add(stage, 9300, "Big.bin", "9001", BIG)
    asked, begun = asked_for(monkeypatch), services().clock.now()
    silence(stage, kind)
    copy = stage.whole()
    assert copy.state == CopyState.PROVING
    entity = stage.entity(copy.id, "disk")
    assert entity.error == file_contents.SOME_REFUSED
    assert entity.cursor["absent"] == {"count": 21, "ids": [*OURS]}
    assert services().clock.now() - begun < sum(WAITS, timedelta(minutes=30))
    assert len(asked) <= MOST_SILENCES + len(WAITS)
    stage.actor.portal.faults.forgive()
    stage.world.clock.advance(hours=20)
    second = stage.whole()
    assert (stage.entity(second.id, "disk").error, bytes_of(stage, second.id, 9300)) == ("", BIG)


@pytest.mark.parametrize(
    ("moment", "number"), [("before", 11), ("after", 12), ("commit", 30), ("commit", 33)]
)
def test_a_worker_that_dies_at_a_silent_host_loses_and_doubles_no_row(
    stage: CopyStage, app: Flask, world: World, moment: str, number: int
) -> None:
    copy_id = stage.begin()
    silence(stage)
    with dying(app, world, moment, number) as countdown, pytest.raises(Killed):
        stage.read(copy_id)
    assert countdown.died
    db.session.remove()
    with portal_scope(stage.actor.portal_id):
        stage.read(copy_id, most=4)
        stage.actor.portal.faults.forgive()
        copy = stage.read(copy_id)
        assert_whole(stage, copy)


def assert_whole(stage: CopyStage, copy: BackupCopy) -> None:
    """Every row once more at most, when its file has come, and every byte."""
    assert copy.state == CopyState.PROVING
    assert set(stage.tables["disk_object"].ids) <= set(index_ids("disk"))
    assert all(bytes_of(stage, copy.id, one) == str(one).encode() * 50 for one in OURS)
    whole = [key for key in stage.doubled(copy, "disk") if "/" not in key and int(key) not in OURS]
    assert whole == []


def test_a_late_file_that_is_closed_or_gone_by_then_is_told_apart(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed, it is still missing in the copy; gone, nobody waits for it; a portal that refuses to show files is not asked on."""
    copy_id, known = stage.begin(), METHODS["disk.file.get"]
    silence(stage)
    while stage.copy(copy_id).state != CopyState.RESTING:
        make_copy(copy_id)
    stage.actor.portal.faults.forgive()
    stage.tables["disk_object"].delete(9200)

    def refuse(call: Call) -> Any:
        if str(call.get("id")) == "9201":
            raise Refusal("ACCESS_DENIED", "Access denied")
        return known.answer(call)

    monkeypatch.setitem(METHODS, "disk.file.get", replace(known, answer=refuse))
    copy = stage.read(copy_id)
    entity = stage.entity(copy_id, "disk")
    assert (copy.state, entity.error) == (CopyState.PROVING, file_contents.SOME_REFUSED)
    assert entity.cursor["absent"] == {"count": 1, "ids": [9201]}
