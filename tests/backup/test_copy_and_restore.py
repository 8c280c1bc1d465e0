"""From end to end: a copy as the reading makes it, a loss, a nightly increment that sees the loss, and what was lost back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from b24app.backup.model import CopyKind, CopyState
from b24app.backup.restore.data.choices import all_gone
from b24app.backup.restore.data.data_kinds import PEOPLE_UNKNOWN
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.database import db, portal_scope
from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, plan_of, press, stored
from tests.backup.copying import CopyStage
from tests.backup.test_restore_of_data import lose

pytestmark = pytest.mark.usefixtures("first_checks")

LOST = range(300, 340)


@pytest.fixture
def stage(app: Flask, north: Actor, world: World, tmp_path: Path) -> CopyStage:
    with portal_scope(north.portal_id):
        made = CopyStage(app, north, world, tmp_path)
        made.only("crm")
    return made


def whole(stage: CopyStage, kind: CopyKind) -> int:
    with portal_scope(stage.actor.portal_id):
        copy = stage.whole(kind)
        copy.state = CopyState.DONE
        db.session.commit()
        return copy.id


def test_what_was_lost_after_a_real_copy_comes_back_from_it(
    stage: CopyStage, run_jobs: Jobs, world: World
) -> None:
    portal = stage.actor.portal
    copied = Copied(stage.actor, whole(stage, CopyKind.MANUAL), stage.identity)
    was = {deal: dict(portal.tables["deal"].get(deal) or {}) for deal in LOST}
    rows = [
        str(row["productName"]) for row in relation_table(portal, "product_row") if row["ownerId"] in LOST
    ]
    comments = sum(int(row["ENTITY_ID"]) in LOST for row in relation_table(portal, "comment"))
    world.clock.advance(hours=20)
    lose(portal, *LOST)
    whole(stage, CopyKind.NIGHTLY)
    made = choose(copied, all_gone("deal"), run_jobs)
    plan = plan_of(copied, made)
    assert {one.key for one in plan.of(Action.CREATE)} == {str(deal) for deal in LOST}
    assert PEOPLE_UNKNOWN in {one.why.message for one in plan.of(Action.CANNOT)}
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    new = {int(line.new_key): int(line.key) for line in lines(copied, made)}
    for number, former in new.items():
        back = portal.tables["deal"].get(number)
        assert back is not None
        names = ("title", "contactIds", "assignedById")
        assert [back[name] for name in names] == [was[former][name] for name in names]
    again = [
        str(row["productName"]) for row in relation_table(portal, "product_row") if row["ownerId"] in new
    ]
    assert sorted(again) == sorted(rows)
    assert rows
    assert sum(int(row["ENTITY_ID"]) in new for row in relation_table(portal, "comment")) == comments > 0
