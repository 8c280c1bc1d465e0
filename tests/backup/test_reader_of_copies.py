"""Copies that the application has made of a portal, read by the single file where our code does not exist."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from b24app.backup.archive.chosen_keys import choose_key, choose_second_key
from b24app.backup.archive.keys import key_code, public_key_of, throw_away_identity
from b24app.backup.model import CopyKind, CopyState
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import MARINA, CopyStage
from tests.backup.test_reader_alone import NEEDED, Alone

pytestmark = pytest.mark.cases


@pytest.fixture
def stage(south: Actor, app: Flask, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    (tmp_path / "target").mkdir()
    with portal_scope(south.portal_id):
        yield CopyStage(app, south, world, tmp_path / "target")


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    place = tmp_path / "another machine"
    place.mkdir()
    return Alone(place, *NEEDED)


def key_file(place: Path, secret: object) -> Path:
    path = place / "key.txt"
    path.write_text(str(secret))
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_what_the_portal_has_is_what_the_reader_gives(stage: CopyStage, alone: Alone, tmp_path: Path) -> None:
    stage.only("crm")
    first = stage.whole()
    stage.world.clock.advance(hours=20)
    now = stage.actor.portal.now().isoformat(timespec="seconds")
    stage.tables["deal"].update(150, title="=Новая", updatedTime=now)
    second = stage.whole(CopyKind.NIGHTLY)
    key = key_file(tmp_path, stage.identity)
    verified = alone.does("verify", stage.folder, "--key-file", key)
    assert (verified.stdout.strip().splitlines()[-1], verified.returncode) == (
        "The copy is whole and opens.",
        0,
    )
    out = tmp_path / "out"
    assert alone.does("export", stage.folder, "--to", out, "--key-file", key).returncode == 0
    deals = {int(one["_id"]): one for one in table(out / "deal.csv")}
    assert sorted(deals) == stage.tables["deal"].ids
    assert deals[150]["title"] == "'=Новая"
    products = table(out / "deal.product_rows.csv")
    assert sorted(int(one["id"]) for one in products) == stage.tables["product_row"].ids
    before = alone.does("decrypt", stage.folder, "--copy", first.folder, "--to", out, "--key-file", key)
    assert before.returncode == 0
    lines = map(json.loads, (out / "deal.jsonl").read_text(encoding="utf-8").splitlines())
    assert "=Новая" not in [one["row"]["title"] for one in lines]
    assert {first.folder, second.folder} <= set(alone.does("list", stage.folder).stdout.split())


def test_a_flipped_bit_and_a_missing_pack_of_a_real_copy_are_found(stage: CopyStage, alone: Alone) -> None:
    stage.only("crm")
    stage.whole()
    packs = sorted(stage.folder.rglob("*.jsonl.zst.age"))
    content = bytearray(packs[0].read_bytes())
    content[-1] ^= 1
    packs[0].write_bytes(content)
    packs[1].unlink()
    said = alone.does("verify", stage.folder)
    assert said.returncode == 1
    assert said.stdout.count("! ") == 2
    assert "faults: 2." in said.stdout


def test_after_a_new_key_the_next_copy_opens_with_it_alone_and_the_old_one_with_the_old(
    stage: CopyStage, alone: Alone, tmp_path: Path
) -> None:
    stage.only("crm")
    old = stage.whole()
    old.state = CopyState.DONE
    key, integrator = throw_away_identity(), throw_away_identity()
    choose_key(public_key_of(key), kept=True, by=MARINA, at=services().clock.now())
    choose_second_key(public_key_of(integrator))
    db.session.commit()
    stage.world.clock.advance(hours=20)
    new = stage.whole(CopyKind.NIGHTLY)
    for copy, secret, code in (
        (old, stage.identity, 0),
        (old, key, 2),
        (new, key, 0),
        (new, integrator, 0),
        (new, stage.identity, 2),
    ):
        found = alone.does(
            "verify", stage.folder, "--copy", copy.folder, "--key-file", key_file(tmp_path, secret)
        )
        assert found.returncode == code, found.stdout
    assert key_code(public_key_of(key)) in found.stdout
