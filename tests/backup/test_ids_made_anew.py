"""What was made anew has another id: whatever names the former one follows it."""

from __future__ import annotations

from typing import Any

from b24app.backup.restore.data.moved_pipelines import moved_pipelines
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import RestoreChoice
from b24app.database import portal_scope
from tests.backup.restoring import lines, press, stored
from tests.backup.test_restore_rules import Desk, desk, entry

__all__ = ["desk"]


def pipeline() -> RestoreChoice:
    return RestoreChoice("pipeline", "pipeline_2", "2:9", "Монтаж", {"id": 9, "name": "Монтаж", "sort": 400})


def moved(desk: Desk) -> dict[int, dict[int, int]]:
    with portal_scope(desk.actor.portal_id):
        return {kind: dict(one) for kind, one in moved_pipelines().items()}


def takes_back(desk: Desk, made: int) -> int:
    back = desk.takes_back(made)
    press(desk.actor, back)
    desk.run_jobs()
    assert stored(desk.actor, back).state == RestoreState.DONE
    return back


def test_a_pipeline_that_outlived_a_way_back_is_known_by_its_new_number(desk: Desk) -> None:
    made = desk.puts_back(pipeline(), entry())
    new = int(next(line.new_key for line in lines(desk.actor, made) if line.kind == "pipeline"))
    deals = desk.portal.tables["deal"]
    deals.update(deals.ids[0], categoryId=new)
    takes_back(desk, made)
    assert stored(desk.actor, made).undone_at is not None
    assert desk.portal.tables["category"].get(new) is not None
    assert moved(desk) == {2: {9: new}}


def test_a_pipeline_that_was_taken_away_again_has_no_new_number(desk: Desk) -> None:
    made = desk.puts_back(pipeline(), entry())
    assert moved(desk)[2].keys() == {9}
    takes_back(desk, made)
    assert moved(desk) == {}


def test_a_pipeline_that_was_lost_twice_is_followed_to_its_newest_number(desk: Desk) -> None:
    first = desk.puts_back(pipeline())
    new = next(line.new_key for line in lines(desk.actor, first) if line.kind == "pipeline")
    table = desk.portal.tables["category"]
    table.add(
        {**(table.get(int(new)) or {}), "id": 40, "name": "Другая"}
    )  # so that the number is not given again
    table.delete(int(new))
    row: dict[str, Any] = {"id": int(new), "name": "Монтаж", "sort": 400}
    second = desk.puts_back(RestoreChoice("pipeline", "pipeline_2", f"2:{new}", "Монтаж", row))
    newest = int(next(line.new_key for line in lines(desk.actor, second) if line.kind == "pipeline"))
    assert moved(desk) == {2: {9: newest, int(new): newest}}
