"""Every copy compares the ids with the portal's, so that deletions are seen whatever came in their place; and looks twice."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from b24app.backup.model import CopyEntity, CopyKind, EntityState
from b24app.backup.proofs.total_proof import prove_totals
from b24app.backup.reading import list_pass
from b24app.database import db
from sandbox.rest.registry import METHODS, Call, Refusal
from tests.backup.copying import CopyStage

pytestmark = pytest.mark.cases


def test_as_many_deleted_as_came_with_an_old_time_of_change_are_both_seen(stage: CopyStage) -> None:
    stage.whole()
    stage.world.clock.advance(hours=24)
    deals = stage.tables["deal"]
    old = deals.get(160)
    left = deals.ids[:40]
    for one in left:
        deals.delete(one)
    for number in range(40):
        deals.add({**old, "id": 70_000 + number})
    second = stage.whole(CopyKind.NIGHTLY)
    deal = stage.entity(second.id, "deal")
    assert (deal.gone, deal.cursor["gone_ids"]) == (40, left)
    assert sorted(stage.rows(second, "deal")) == deals.ids


def test_many_that_are_gone_are_looked_for_in_pieces(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pass, "MOST_UNSEEN", 7)
    stage.whole()
    stage.world.clock.advance(hours=24)
    deals = stage.tables["deal"]
    left = deals.ids[::3]
    for one in left:
        deals.delete(one)
    second = stage.whole(CopyKind.NIGHTLY)
    deal = stage.entity(second.id, "deal")
    assert (deal.gone, deal.cursor["gone_ids"]) == (len(left), left)
    assert "unseen" not in deal.cursor
    assert sorted(stage.rows(second, "deal")) == deals.ids


def test_a_sweep_that_is_cut_off_does_not_pass_over_an_id_that_it_has_not_read_yet(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals, known, left = stage.tables["deal"], METHODS["crm.item.list"], [8]
    missing, later = deals.ids[10], deals.ids[130]
    old = deals.get(missing)
    deals.delete(missing)
    stage.whole()
    stage.world.clock.advance(hours=24)
    deals.add(old)

    def beyond(call: Call) -> bool:
        behind = str((call.get("filter") or {}).get(">id") or 0)
        return call.start() == -1 and int(behind) > later

    def refuse(call: Call) -> Any:
        found = known.answer(call)
        if str(call.get("entityTypeId")) == "2" and call.get("select") == ["id"] and left[0] and beyond(call):
            left[0] -= 1
            raise Refusal("INTERNAL_SERVER_ERROR", "Internal server error", status=500)
        return found

    monkeypatch.setitem(METHODS, "crm.item.list", replace(known, answer=refuse))
    second = stage.whole(CopyKind.NIGHTLY)
    assert left == [0]
    assert missing in stage.rows(second, "deal")
    assert stage.entity(second.id, "deal").cursor["sweeps"] == 1, "the portal's count finds nothing missing"


def test_without_the_portals_time_the_second_pass_reads_the_list_again(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deal that is changed behind the reading lies in the copy as it is now."""

    def refuse(call: Call) -> Any:
        raise Refusal("ERROR_CORE", f"no time {call.start()}")

    deals, seen = stage.tables["deal"], [0]
    known = METHODS["crm.item.list"]

    def change(call: Call) -> Any:
        found = known.answer(call)
        if str(call.get("entityTypeId")) == "2" and call.start() == -1:
            seen[0] += 1
            if seen[0] == 3:
                now = stage.actor.portal.now().isoformat(timespec="seconds")
                deals.update(deals.ids[0], title="Renamed", updatedTime=now)
        return found

    monkeypatch.setitem(METHODS, "server.time", replace(METHODS["server.time"], answer=refuse))
    monkeypatch.setitem(METHODS, "crm.item.list", replace(known, answer=change))
    copy = stage.whole()
    deal = stage.entity(copy.id, "deal")
    assert copy.portal_at is None
    assert (deal.state, deal.cursor["second_pass"]) == (EntityState.DONE, 0)
    assert deal.cursor["passes"] >= 1, "a pass that brought something is followed by another"
    assert stage.rows(copy, "deal")[deals.ids[0]]["title"] == "Renamed"


def test_of_owners_that_did_not_change_it_is_said_that_nobody_asked(stage: CopyStage) -> None:
    first = stage.whole()
    stage.world.clock.advance(hours=24)
    second = stage.whole(CopyKind.NIGHTLY)
    asked = [stage.entity(one.id, "deal.comments").cursor["owners"] for one in (first, second)]
    assert asked == ["all", "changed"]
    db.session.commit()
    totals = prove_totals(second.id)
    rows = {
        one.entity: one
        for one in db.session.scalars(select(CopyEntity).where(CopyEntity.copy_id == second.id))
    }
    assert totals["count"] == sum(one.rows for one in rows.values() if one.present is not None)
    assert totals["uncounted_rows"] == sum(one.rows for one in rows.values() if one.present is None) > 0
    assert "deal.comments" in totals["as_before"]
    assert prove_totals(first.id)["as_before"] == []
