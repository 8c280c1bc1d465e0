"""A copy that stood for days is looked at once more before it ends, and is as old as what it read first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyState, EntityState
from b24app.backup.reading.copy_verbs import pause_copy, resume_copy
from b24app.backup.reading.steps import make_copy
from b24app.database import db
from b24app.services import services
from sandbox.rest.registry import METHODS, Call, Refusal
from tests.backup.copying import MARINA, CopyStage

pytestmark = pytest.mark.cases


def paused_for_days(stage: CopyStage, days: int) -> int:
    """A copy that is paused when about half of it is read; returns its id."""
    copy_id = stage.begin(CopyKind.BEFORE_RENEWAL)
    make_copy(copy_id)
    done = CopyEntity.copy_id == copy_id, CopyEntity.state == EntityState.DONE
    assert "deal" in db.session.scalars(select(CopyEntity.entity).where(*done)).all()
    assert stage.copy(copy_id).state == CopyState.READING
    pause_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    stage.world.clock.advance(days=days)
    return copy_id


def test_what_was_changed_while_a_copy_was_paused_is_in_it(stage: CopyStage) -> None:
    copy_id = paused_for_days(stage, 5)
    deals, now = stage.tables["deal"], stage.actor.portal.now().isoformat(timespec="seconds")
    for number in range(20):
        deals.add({**deals.get(150), "id": 60_000 + number, "updatedTime": now})
    deals.update(151, title="Renamed", updatedTime=now)
    deals.delete(152)
    stage.tables["comment"].add(
        {**stage.tables["comment"].get(stage.tables["comment"].ids[0]), "ID": 99_001, "ENTITY_ID": 151}
    )
    resume_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    copy = stage.read(copy_id)
    rows = stage.rows(copy, "deal")
    assert sorted(rows) == sorted(deals.ids)
    assert rows[151]["title"] == "Renamed"
    assert "99001" in str(stage.rows(copy, "deal.comments")[151])
    assert copy.read_at is not None
    assert services().clock.now() - copy.read_at < timedelta(hours=1)


def test_a_copy_is_as_old_as_what_it_read_first(stage: CopyStage) -> None:
    """Where nothing can be looked at again, the moment of the copy is the earlier one."""
    copy_id = paused_for_days(stage, 5)
    rows = db.session.scalars(select(CopyEntity).where(CopyEntity.copy_id == copy_id)).all()
    for row in rows:
        row.cursor = {**row.cursor, "times": 3}
    ended = min(row.ended_at for row in rows if row.ended_at is not None)
    resume_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    copy = stage.read(copy_id)
    assert (copy.state, copy.read_at) == (CopyState.PROVING, ended)


@pytest.mark.parametrize("ahead", [55, -55])
def test_a_clock_of_the_portal_that_was_wrong_for_one_copy_loses_no_change(
    stage: CopyStage, ahead: int
) -> None:
    first = stage.whole()
    wrong = (first.portal_at or first.created_at) + timedelta(minutes=ahead)
    db.session.execute(update(BackupCopy).where(BackupCopy.id == first.id).values(portal_at=wrong))
    db.session.commit()
    stage.world.clock.advance(minutes=20)
    now = stage.actor.portal.now().isoformat(timespec="seconds")
    stage.tables["deal"].update(150, title="Renamed", updatedTime=now)
    stage.world.clock.advance(hours=24)
    second = stage.whole(CopyKind.NIGHTLY)
    assert second.base_id == first.id
    assert stage.rows(second, "deal")[150]["title"] == "Renamed"


def test_what_hangs_on_owners_that_are_left_out_is_left_out_with_them(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines of an earlier chain are in none of the packs of this one: they are not counted as its own."""
    stage.whole()
    stage.world.clock.advance(days=8)
    known = METHODS["crm.item.list"]

    def refuse(call: Call) -> Any:
        if str(call.get("entityTypeId")) == "2":
            raise Refusal("ACCESS_DENIED", "Access denied")
        return known.answer(call)

    with monkeypatch.context() as patch:
        patch.setitem(METHODS, "crm.item.list", replace(known, answer=refuse))
        copy = stage.whole(CopyKind.NIGHTLY)
    assert copy.base_id is None
    deal = stage.entity(copy.id, "deal")
    for code in ("deal.product_rows", "deal.comments"):
        entity = stage.entity(copy.id, code)
        assert (entity.state, entity.error) == (EntityState.LEFT_OUT, deal.error)
    stage.world.clock.advance(hours=20)
    after = stage.whole(CopyKind.NIGHTLY)
    assert sorted(stage.rows(after, "deal.comments")) == stage_owners(stage, after)


def stage_owners(stage: CopyStage, copy: BackupCopy) -> list[int]:
    """The deals that have comments."""
    deals = stage.rows(copy, "deal")
    table = stage.tables["comment"]
    return sorted({int(table.get(one)["ENTITY_ID"]) for one in table.ids} & set(deals))
