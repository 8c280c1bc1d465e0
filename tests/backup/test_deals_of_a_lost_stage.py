"""Deals that stood on a lost stage go back to it, unless they were moved further; what one restore cannot look at is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from b24app.backup.restore.plan import Action, RestoreChoice
from b24app.backup.restore.writers import deal_stage
from b24app.backup.restore.writers.deal_stage import MOVED, NOT_LOOKED_AT
from sandbox.shop.formats import iso
from tests.backup.restoring import plan_of
from tests.backup.test_restore_rules import Desk, desk

__all__ = ["desk"]


def lost_stage(desk: Desk, moves: dict[int, int]) -> RestoreChoice:
    """Deals by how often they were moved since the moment at which they stood on a stage that is gone."""
    portal = desk.portal
    history, as_of = portal.tables["deal_history"], portal.now()
    for deal in moves:
        note(history, deal, "GONE", as_of - timedelta(hours=1))
        portal.tables["deal"].update(deal, stageId="NEW", stageSemanticId="P")
    for minute in range(max(moves.values())):
        for deal in (one for one, since in moves.items() if since > minute):
            note(history, deal, "NEW", as_of + timedelta(minutes=minute + 1))
    row = {"stage": "GONE", "as_of": as_of.isoformat()}
    return RestoreChoice("deal_stage", "deal", "DEAL_STAGE:GONE", "Замер", row)


def note(history: Any, deal: int, stage: str, at: datetime) -> None:
    row = dict(history.get(history.ids[0]))
    history.add(row | {"ID": history.next_id(), "OWNER_ID": deal, "STAGE_ID": stage, "CREATED_TIME": iso(at)})


def told(desk: Desk, choice: RestoreChoice) -> list[tuple[str, Action, str]]:
    operations = plan_of(desk.actor, desk.previews(choice)).operations
    return [(one.key, one.action, one.why.message) for one in operations if not one.key.endswith(":date")]


def test_deals_go_back_unless_somebody_has_moved_them_further(desk: Desk) -> None:
    first, second = list(desk.portal.tables["deal"].ids)[:2]
    found = told(desk, lost_stage(desk, {first: 1, second: 2}))
    assert found == [(str(first), Action.CHANGE, ""), (str(second), Action.CANNOT, MOVED)]


def test_deals_that_one_restore_cannot_look_at_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deal_stage, "MOST", 1)
    first, second, third = list(desk.portal.tables["deal"].ids)[:3]
    choice = lost_stage(desk, {first: 1, second: 1, third: 1})
    older, moved = plan_of(desk.actor, desk.previews(choice)).operations[:2]
    assert (older.action, older.why.message, older.objects) == (Action.CANNOT, NOT_LOOKED_AT, 2)
    assert (moved.key, moved.action) == (str(third), Action.CHANGE)
