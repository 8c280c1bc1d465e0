"""500 deals deleted at once come back with their contacts, goods, comments and activities; the second press doubles nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import all_gone
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import start_undo
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.portal import Portal
from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    MARINA,
    Jobs,
    choose,
    lines,
    make_copy,
    plan_of,
    press,
    rows_of_deals,
    stored,
)
from tests.backup.test_restore_of_data import lose

pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.once]

LOST = range(1000, 1500)


def hanging_counts(portal: Portal) -> Counter[str]:
    """How many product rows and comments hang on each deal, together."""
    rows = Counter(str(row["ownerId"]) for row in relation_table(portal, "product_row"))
    return rows + Counter(str(row["ENTITY_ID"]) for row in relation_table(portal, "comment"))


def test_500_deleted_deals_come_back_with_all_that_hung_on_them(
    north: Actor, run_jobs: Jobs, world: World, tmp_path: Path
) -> None:
    portal = north.portal
    copied = make_copy(north, tmp_path, rows_of_deals(portal, portal.tables["deal"].ids))
    before = {deal: dict(portal.tables["deal"].get(deal) or {}) for deal in LOST}
    hung = hanging_counts(portal)
    count = len(portal.tables["deal"])
    gone = (before[1000]["contactId"], before[1001]["contactId"])
    former = {one: dict(portal.tables["contact"].get(one) or {}) for one in gone}
    lose(portal, *LOST)
    for one in gone:
        portal.tables["contact"].delete(one)
    made = choose(copied, all_gone("deal"), run_jobs)
    plan = plan_of(copied, made)
    assert plan.count(Action.CREATE) == len(LOST) + len(set(gone))
    requests = len(world.requests)
    press(copied, made, run_jobs)
    sent = len(world.requests) - requests
    for _ in range(40):
        if stored(copied, made).state == RestoreState.DONE:
            break
        world.clock.advance(seconds=61)
        run_jobs()
    assert stored(copied, made).state == RestoreState.DONE
    assert {line.state for line in lines(copied, made)} == {"created"}
    assert len(portal.tables["deal"]) == count
    entities = {one.number: one.entity for one in plan.operations}
    made_of = {
        entity: {line.key: line.new_key for line in lines(copied, made) if entities[line.number] == entity}
        for entity in ("contact", "deal")
    }
    assert set(made_of["deal"]) == {str(deal) for deal in LOST}
    new_contacts = made_of["contact"]
    now = hanging_counts(portal)
    for key, new_key in made_of["deal"].items():
        deal, was = portal.tables["deal"].get(new_key), before[int(key)]
        assert deal is not None
        assert (deal["title"], deal["stageId"], deal["opportunity"]) == (
            was["title"],
            was["stageId"],
            was["opportunity"],
        )
        contact = new_contacts.get(str(was["contactId"]), str(was["contactId"]))
        assert str(deal["contactId"]) == contact
        assert now[new_key] == hung[key]
    for one, new in new_contacts.items():
        assert (portal.tables["contact"].get(new) or {})["lastName"] == former[int(one)]["lastName"]
    again = choose(copied, all_gone("deal"), run_jobs)
    assert plan_of(copied, again).count(Action.CREATE) == 0
    assert len(relation_table(portal, "log_message")) >= len(LOST)
    assert sent < len(LOST)
    with portal_scope(north.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    requests = len(world.requests)
    run_jobs()
    assert plan_of(copied, undo).count(Action.REMOVE) == len(LOST) + len(new_contacts)
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.DONE
    assert len(portal.tables["deal"]) == count - len(LOST)
    assert len(world.requests) - requests < 200
