"""A person who loses rights while a copy is read sees less: nothing is gone by that, the copy waits and is read anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyState
from b24app.backup.proofs.open_losses import open_losses
from b24app.backup.reading.item_index import index_count, index_ids
from b24app.backup.reading.planning_copy import begin_copy
from b24app.backup.reading.steps import make_copy
from b24app.database import db, portal_scope
from b24app.portals.client_factory import open_client
from sandbox.rest.registry import METHODS, Call
from sandbox.rest.table import Table
from sandbox.world import World
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop
from tests.backup.copying import CopyStage

__all__ = ["settings", "shop", "storage", "whole_shop"]
pytestmark = pytest.mark.cases
Before = Callable[[Call], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Before, Before | None], None]:
    """Let something happen in the portal before and after it answers a method."""

    def arrange(name: str, before: Before, after: Before | None = None) -> None:
        known = METHODS[name]

        def answer(call: Call) -> Any:
            before(call)
            try:
                return known.answer(call)
            finally:
                if after is not None:
                    after(call)

        monkeypatch.setitem(METHODS, name, replace(known, answer=answer))

    return arrange


def take_rights(portal: Any) -> None:
    portal.admin.admin = False
    portal.withhold_right(portal.admin, "crm_read")


def give_rights(portal: Any) -> None:
    portal.admin.admin = True
    portal.grant_right(portal.admin, "crm_read")


def begun(stage: CopyStage, kind: CopyKind = CopyKind.NIGHTLY) -> BackupCopy:
    """A copy whose first question who asks was answered well."""
    copy_id = stage.begin(kind)
    begin_copy(copy_id, open_client(stage.actor.portal_id, background=True))
    return stage.copy(copy_id)


def assert_nothing_gone(stage: CopyStage, copy: BackupCopy) -> None:
    assert sorted(stage.rows(copy, "deal")) == stage.tables["deal"].ids == list(index_ids("deal"))
    assert sorted(stage.rows(copy, "activity")) == stage.tables["activity"].ids
    gone = select(CopyEntity.entity).where(CopyEntity.copy_id == copy.id, CopyEntity.gone > 0)
    assert db.session.scalars(gone).all() == []


@pytest.mark.parametrize("days", [1, 8])
def test_rights_that_are_lost_before_a_step_let_the_copy_wait(stage: CopyStage, days: int) -> None:
    stage.whole()
    stage.world.clock.advance(days=days)
    copy = begun(stage)
    take_rights(stage.actor.portal)
    before = index_count("deal")
    for _ in range(3):
        stage.world.clock.advance(hours=2)
        make_copy(copy.id)
        copy = stage.copy(copy.id)
        assert (copy.state, copy.read_at) == (CopyState.RESTING, None)
        assert "not an administrator" in copy.error
        assert index_count("deal") == before
    give_rights(stage.actor.portal)
    copy = stage.read(copy.id)
    assert (copy.state, copy.error) == (CopyState.PROVING, "")
    assert_nothing_gone(stage, copy)


@pytest.mark.parametrize("number", [1, 2, 4, 9])
@pytest.mark.parametrize("days", [1, 8])
def test_rights_that_are_lost_within_a_step_let_all_of_it_be_read_anew(
    stage: CopyStage, meanwhile: Callable[..., None], days: int, number: int
) -> None:
    """What was changed and read without rights is read again: it lies in the copy in the end."""
    stage.whole()
    stage.world.clock.advance(days=days)
    portal, seen = stage.actor.portal, [0]
    now = portal.now().isoformat(timespec="seconds")
    stage.tables["deal"].update(150, title="Renamed", updatedTime=now)
    copy = begun(stage)

    def lose(call: Call) -> None:
        seen[0] += 1
        if seen[0] == number:
            take_rights(portal)

    meanwhile("crm.item.list", lose)
    make_copy(copy.id)
    copy = stage.copy(copy.id)
    assert (copy.state, copy.read_at) == (CopyState.RESTING, None)
    assert "not an administrator" in copy.error
    give_rights(portal)
    copy = stage.read(copy.id)
    assert copy.state == CopyState.PROVING
    assert_nothing_gone(stage, copy)
    assert stage.rows(copy, "deal")[150]["title"] == "Renamed"
    assert stage.doubled(copy, "deal") == ([] if days == 8 else ["150"])


@pytest.mark.parametrize("days", [1, 8])
def test_a_list_that_hides_rows_for_a_moment_makes_nothing_gone(
    stage: CopyStage, meanwhile: Callable[..., None], days: int
) -> None:
    """Whoever asks is an administrator before and after; only an id that is asked for by name tells the truth."""
    stage.whole()
    stage.world.clock.advance(days=days)
    portal = stage.actor.portal

    known = list(index_ids("deal"))

    def lose(call: Call) -> None:
        if call.start() == -1:
            portal.withhold_right(portal.admin, "crm_read")
            portal.admin.admin = False

    copy = begun(stage)
    meanwhile("crm.item.list", lose, lambda _: give_rights(portal))
    copy = stage.read(copy.id)
    deal = stage.entity(copy.id, "deal")
    assert (copy.state, deal.gone, deal.present) == (CopyState.PROVING, 0, len(stage.tables["deal"].ids))
    assert sorted(stage.rows(copy, "deal")) == known == list(index_ids("deal"))


def test_items_that_are_really_gone_are_gone_after_rights_came_back(stage: CopyStage) -> None:
    stage.whole()
    stage.world.clock.advance(days=1)
    for deal in (150, 151, 152):
        stage.tables["deal"].delete(deal)
    copy = begun(stage)
    take_rights(stage.actor.portal)
    make_copy(copy.id)
    give_rights(stage.actor.portal)
    copy = stage.read(copy.id)
    deal = stage.entity(copy.id, "deal")
    assert (deal.gone, deal.cursor["gone_ids"], deal.present) == (3, [150, 151, 152], 187)


def test_no_mass_loss_is_told_when_rights_are_lost(
    shop: Shop, world: World, meanwhile: Callable[..., None]
) -> None:
    shop.copies()
    world.clock.advance(hours=24)
    meanwhile("crm.item.list", lambda _: take_rights(shop.portal))
    copy = shop.copies(CopyKind.NIGHTLY)
    assert copy.state == CopyState.RESTING
    with portal_scope(shop.portal_id):
        assert not open_losses()
        assert index_count("deal") == 300


def test_a_copy_that_is_stopped_at_its_very_end_leaves_no_manifest(
    stage: CopyStage, meanwhile: Callable[[str, Before, Before | None], None]
) -> None:
    """A folder with a manifest is a copy to whoever finds it: one that was stopped is none."""

    def stop(_call: Call) -> None:
        with stage.app.app_context(), db.engine.begin() as connection:
            if set(connection.scalars(select(CopyEntity.state))) in ({"done"}, {"done", "left_out"}):
                connection.execute(update(BackupCopy).values(state=CopyState.STOPPED))

    copy_id = stage.begin()
    meanwhile("profile", stop)
    copy = stage.read(copy_id)
    assert (copy.state, copy.read_at) == (CopyState.STOPPED, None)
    db.session.commit()
    assert list(stage.target().names("copies/")) == []


@pytest.mark.parametrize("kept", [0, 3])
def test_a_short_list_that_was_shown_short_once_is_read_to_the_portals_count(
    stage: CopyStage, meanwhile: Callable[..., None], kept: int
) -> None:
    """One answer holds the whole list; the portal counted ten of them before, and has them after."""
    tables, seen = stage.tables, [0]
    for name in ("deal", "contact", "activity"):
        for row_id in tables[name].ids[20:]:
            tables[name].delete(row_id)
    for row_id in tables["lead"].ids[10:]:
        tables["lead"].delete(row_id)
    leads = tables["lead"]

    def hide(call: Call) -> None:
        if call.get("entityTypeId") == 1 and not seen[0]:
            seen[0] += 1
            few = [dict(leads.get(one) or {}) for one in leads.ids[:kept]]
            stage.actor.portal.tables["lead"] = Table(few, key="id")

    def show(_call: Call) -> None:
        stage.actor.portal.tables["lead"] = leads

    copy = begun(stage, CopyKind.MANUAL)
    meanwhile("crm.item.list", hide, show)
    copy = stage.read(copy.id)
    row = stage.entity(copy.id, "lead")
    assert (seen, row.rows, row.present) == ([1], 10, 10)
    assert sorted(stage.rows(copy, "lead")) == leads.ids
