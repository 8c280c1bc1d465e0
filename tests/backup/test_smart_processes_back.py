"""A smart process comes back under the number of its type, with its pipelines, stages and cards; a workplace comes back empty."""

from __future__ import annotations

from typing import Any

import pytest

from b24app.backup.restore.plan import Action, RestoreChoice
from b24app.backup.restore.planning import get_restore
from b24app.backup.restore.reasons import PART_GONE
from b24app.database import portal_scope
from b24app.pages.restore.restore_view import view_of
from sandbox.methods.smart_process_writes import workplaces
from sandbox.portal import Portal
from sandbox.shop.card_views import card_layout
from tests.backup.restoring import lines, plan_of, press, states
from tests.backup.test_restore_rules import Desk, desk

__all__ = ["desk"]

KIND = 1040
STAGES = [
    {"ENTITY_ID": f"DYNAMIC_{KIND}_STAGE_70", "STATUS_ID": f"DT{KIND}_70:{code}", "NAME": name, "SORT": str(sort), "SEMANTICS": ""}
    for code, name, sort in (("WAIT", "Ждём", 10), ("DONE", "Пришло", 20))
]  # fmt: skip
SECTIONS = [{"name": "main", "title": "О поставке", "type": "section", "elements": [{"name": "TITLE"}]}]


def process(portal: Portal, **more: Any) -> RestoreChoice:
    row = {**portal.tables["crm_type"].all()[0], "id": 90, "title": "Поставка", "entityTypeId": KIND, **more}
    return RestoreChoice("smart_process", "smart_process", "90", "Поставка", row)


def pipeline() -> RestoreChoice:
    row: dict[str, Any] = {"id": 70, "name": "Импорт", "sort": 300, "entityTypeId": KIND, "_stages": STAGES}
    key = f"other:DYNAMIC_{KIND}_STAGE_70"
    return RestoreChoice("pipeline", f"pipeline_{KIND}", key, "Импорт", row)


def card(category: str = "70") -> RestoreChoice:
    row: dict[str, Any] = {
        "where": {"entityTypeId": KIND, "extras": {"categoryId": category}},
        "data": SECTIONS,
    }
    named = f"{KIND}:{category}"
    return RestoreChoice("card_layout", f"card_layout_{KIND}", named, named, row)  # fmt: skip


def test_a_smart_process_comes_back_with_its_pipeline_stages_and_card(desk: Desk) -> None:
    made = desk.puts_back(card(), pipeline(), process(desk.portal))
    assert set(states(desk.actor, made)) <= {"created", "changed"}, [
        (line.kind, line.why, line.words) for line in lines(desk.actor, made)
    ]
    (kind,) = [row for row in desk.portal.tables["crm_type"] if row["title"] == "Поставка"]
    assert (kind["entityTypeId"], kind["isStagesEnabled"]) == (KIND, "Y")
    (mine,) = [row for row in desk.portal.tables["category"] if row["name"] == "Импорт"]
    stages = [
        row
        for row in desk.portal.tables["status"]
        if row["ENTITY_ID"] == f"DYNAMIC_{KIND}_STAGE_{mine['id']}"
    ]
    assert {"Ждём", "Пришло"} <= {row["NAME"] for row in stages}
    assert [one["title"] for one in card_layout(desk.portal, KIND, mine["id"]) or []] == ["О поставке"]  # fmt: skip


def test_a_card_of_a_pipeline_that_comes_back_too_is_no_change_of_what_stands(desk: Desk) -> None:
    made = desk.previews(card(), pipeline(), process(desk.portal))
    plan = plan_of(desk.actor, made)
    assert [one.action for one in plan.operations if one.kind == "card_layout"] == [Action.CREATE]
    with portal_scope(desk.actor.portal_id):
        view = view_of(get_restore(made))
        assert (view.count(Action.CHANGE), view.kept_before) == (0, 0)
    press(desk.actor, made)
    desk.run_jobs()
    with portal_scope(desk.actor.portal_id):
        assert view_of(get_restore(made)).saved == 0


def test_a_card_that_nobody_arranged_is_not_written_to_a_pipeline_that_comes_back(desk: Desk) -> None:
    bare = card()
    bare = bare.with_row({**(bare.row or {}), "data": []})
    plan = plan_of(desk.actor, desk.previews(bare, pipeline(), process(desk.portal)))
    assert "card_layout" not in {one.kind for one in plan.operations}


def test_it_is_taken_away_with_all_that_came_with_it(desk: Desk) -> None:
    made = desk.puts_back(process(desk.portal), pipeline(), card())
    back = desk.takes_back(made)
    assert [one.kind for one in plan_of(desk.actor, back).of(Action.REMOVE)] == ["pipeline", "smart_process"]
    press(desk.actor, back)
    desk.run_jobs()
    assert [row for row in desk.portal.tables["crm_type"] if row["title"] == "Поставка"] == []
    assert [row for row in desk.portal.tables["category"] if row["entityTypeId"] == KIND] == []


def test_one_with_items_is_not_taken_away(desk: Desk) -> None:
    row = dict(desk.portal.tables["crm_type"].all()[0])
    desk.portal.tables["crm_type"].delete(row["id"])
    made = desk.puts_back(RestoreChoice("smart_process", "smart_process", str(row["id"]), row["title"], row))
    assert states(desk.actor, made) == ["created"]
    plan = plan_of(desk.actor, desk.takes_back(made))
    assert [one.action for one in plan.operations] == [Action.CANNOT]


def test_a_pipeline_whose_smart_process_is_gone_says_so(desk: Desk) -> None:
    (one,) = plan_of(desk.actor, desk.previews(pipeline())).operations
    assert (one.action, one.why.message) == (Action.CANNOT, PART_GONE)


@pytest.mark.parametrize("category", ["9", "8"])
def test_a_card_of_a_pipeline_that_is_gone_says_so(category: str, desk: Desk) -> None:
    row: dict[str, Any] = {
        "where": {"entityTypeId": 2, "extras": {"dealCategoryId": category}},
        "data": SECTIONS,
    }
    choice = RestoreChoice("card_layout", "card_layout_2", f"2:{category}", "Сделки", row)
    (one,) = plan_of(desk.actor, desk.previews(choice)).operations
    assert (one.action, one.why.message) == (Action.CANNOT, PART_GONE)  # fmt: skip


def test_stages_and_cards_follow_their_pipeline_to_its_new_number(desk: Desk) -> None:
    lost: dict[str, Any] = {"id": 9, "name": "Монтаж", "sort": 400}
    made = desk.puts_back(RestoreChoice("pipeline", "pipeline_2", "2:9", "Монтаж", lost))
    new = next(line.new_key for line in lines(desk.actor, made) if line.kind == "pipeline")
    assert new != "9"
    stage: dict[str, Any] = {
        "ENTITY_ID": "DEAL_STAGE_9", "STATUS_ID": "C9:VISIT", "NAME": "Замер", "SORT": "15", "SEMANTICS": "",
        "_order": ["C9:NEW", "C9:VISIT"], "_names": {"C9:NEW": "Новая", "C9:VISIT": "Замер"},
    }  # fmt: skip
    row: dict[str, Any] = {"where": {"entityTypeId": 2, "extras": {"dealCategoryId": "9"}}, "data": SECTIONS}
    later = desk.puts_back(
        RestoreChoice("crm_status", "crm_status", "DEAL_STAGE_9:C9:VISIT", "Замер", stage),
        RestoreChoice("card_layout", "card_layout_2", "2:9", "Сделки", row),
    )
    assert set(states(desk.actor, later)) <= {"created", "changed"}
    found = [one for one in desk.portal.tables["status"] if one["STATUS_ID"] == f"C{new}:VISIT"]
    assert [one["ENTITY_ID"] for one in found] == [f"DEAL_STAGE_{new}"]
    assert [one["title"] for one in card_layout(desk.portal, 2, int(new)) or []] == ["О поставке"]
    again = plan_of(desk.actor, desk.previews(RestoreChoice("pipeline", "pipeline_2", "2:9", "Монтаж", lost)))
    assert again.to_write == ()


def test_a_workplace_comes_back_empty_with_a_step_that_names_its_processes(desk: Desk) -> None:
    title = desk.portal.tables["crm_type"].all()[0]["title"]
    row: dict[str, Any] = {"id": 300, "title": "Логистика", "typeIds": [12]}
    made = desk.puts_back(RestoreChoice("workplace", "workplace", "300", "Логистика", row))
    assert states(desk.actor, made) == ["created"]
    (step,) = plan_of(desk.actor, made).of(Action.CANNOT)[0].steps
    assert step.values["processes"] == title
    (mine,) = [one for one in workplaces(desk.portal) if one["title"] == "Логистика"]
    assert mine["typeIds"] == []
    workplaces(desk.portal).update(mine["id"], typeIds=[12])
    (one,) = plan_of(desk.actor, desk.takes_back(made)).operations
    assert one.action is Action.CANNOT
