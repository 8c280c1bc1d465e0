"""Tasks come back from the copy once, bound to what came back before them, and leave again unless they were used since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from b24app.backup.restore.data.choices import all_gone, by_field, by_name, by_numbers
from b24app.backup.restore.data.copy_preview import CAME_BACK, IS_THERE
from b24app.backup.restore.data.task_fields import TaskLoss
from b24app.backup.restore.data.task_preview import LIMITS, LOSSES, parents_first
from b24app.backup.restore.model import RestoreLineState, RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.writers import crm_item
from b24app.backup.restore.writers import task as task_writer
from b24app.database import db, portal_scope
from sandbox.portal import Portal
from sandbox.rest.table import Table
from sandbox.shop.formats import iso
from sandbox.shop.tasks import blank_task
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    Copied,
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
from tests.backup.test_undo_of_used_data import undo_of
from tests.backup.worker_deaths import MOMENTS, WorkerDeaths, deaths

pytestmark = pytest.mark.usefixtures("first_checks")

__all__ = ["deaths"]
DEAL = 150
NOBODY = "990"
LISTS_OF_THREE = 9
"""More are not asked for three tasks: their outer codes, their rows, what stands below each, once at most as a probe."""


def add_task(portal: Portal, number: int, **more: Any) -> None:
    row = blank_task(portal, number, 1)
    row |= {
        "title": f"Call {number}",
        "description": "By phone",
        "priority": "2",
        "deadline": "2026-12-03T15:00:00+03:00",
    }
    portal.tables["task"].add(row | {"ufCrmTask": [f"D_{DEAL}"]} | more)


def items_of(portal: Portal, task: str) -> list[tuple[str, str, str]]:
    """The checklist of a task: title, whether it is done, and the title of what it stands in."""
    rows = [row for row in checklist(portal) if row["TASK_ID"] == task]
    titles = {row["ID"]: row["TITLE"] for row in rows}
    return sorted((row["TITLE"], row["IS_COMPLETE"], titles.get(str(row["PARENT_ID"]), "")) for row in rows)


def checklist(portal: Portal) -> Table:
    return portal.tables.setdefault("checklist_item", Table(key="ID"))


def copied_checklist(task: int) -> list[dict[str, Any]]:
    first = task * 10
    titles = [("Steps", 0), ("Call", first), ("Call", first), ("Write", first + 1)]
    return [
        {"ID": str(first + place), "TASK_ID": str(task), "PARENT_ID": str(parent), "TITLE": title, "SORT_INDEX": str(place),
         "IS_COMPLETE": "Y" if place == 1 else "N", "IS_IMPORTANT": "N", "MEMBERS": [{"ID": NOBODY, "TYPE": "A"}, {"ID": "1", "TYPE": "U"}]}
        for place, (title, parent) in enumerate(titles)
    ]  # fmt: skip


TASKS = (71, 72, 73)


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path) -> Copied:
    """Three tasks of a deal: the first stands below the last, the second is of people who are gone."""
    portal = first_checks.portal
    add_task(portal, 73)
    add_task(portal, 71, parentId="73")
    add_task(
        portal,
        72,
        responsibleId=NOBODY,
        accomplices=[NOBODY, "1"],
        groupId="4040",
        xmlId="crm-72",
        ufTaskWebdavFiles=[5],
    )
    rows = rows_of_deals(portal, [DEAL])
    rows["task"] = [(str(one), dict(portal.tables["task"].get(one) or {})) for one in TASKS]
    rows["task.checklist"] = [(str(one), {"rows": copied_checklist(one)}) for one in TASKS]
    return make_copy(first_checks, tmp_path, rows)


def lose_tasks(portal: Portal, *tasks: int) -> None:
    for one in tasks:
        portal.tables["task"].delete(one)


def test_lost_tasks_come_back_with_their_checklists_below_one_another(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    lose_tasks(portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    assert stored(copied, made).error == ""
    plan = plan_of(copied, made)
    assert [one.key for one in plan.of(Action.CREATE)] == ["73", "71", "72"]
    assert [one.title for one in plan.of(Action.CANNOT)] == [title for title, _ in LIMITS]
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    new = {line.key: line.new_key for line in lines(copied, made)}
    above, below, other = (portal.tables["task"].get(new[one]) or {} for one in ("73", "71", "72"))
    assert (below["parentId"], below["title"], below["deadline"]) == (
        new["73"],
        "Call 71",
        "2026-12-03T15:00:00+03:00",
    )
    assert (above["xmlId"], above["priority"], above["ufCrmTask"]) == ("renewal-copy:73", "2", [f"D_{DEAL}"])
    assert "73" in above["description"]
    assert above["description"].startswith("By phone")
    assert (other["responsibleId"], other["accomplices"], other["groupId"], other["xmlId"]) == (
        "1",
        ["1"],
        "0",
        "crm-72",
    )
    for one in new.values():
        assert items_of(portal, one) == [
            ("Call", "N", "Steps"),
            ("Call", "Y", "Steps"),
            ("Steps", "N", ""),
            ("Write", "N", "Call"),
        ]
    assert {str(row["MEMBERS"]) for row in checklist(portal)} == {"[{'ID': '1', 'TYPE': 'U'}]"}


def test_what_a_task_loses_is_said_before_the_press(copied: Copied, run_jobs: Jobs) -> None:
    lose_tasks(copied.actor.portal, *TASKS)
    made = choose(copied, by_numbers("task", ["71", "72"]), run_jobs)
    said = {one.key: one.why.message for one in plan_of(copied, made).of(Action.CREATE)}
    losses = {LOSSES[one] for one in (TaskLoss.RESPONSIBLE, TaskLoss.PEOPLE, TaskLoss.GROUP, TaskLoss.FILE)}
    assert said["71"] == LOSSES[TaskLoss.PARENT]
    assert said["72"] in losses


def test_a_task_is_bound_to_the_deal_that_came_back_under_another_number(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    lose(portal, DEAL)
    lose_tasks(portal, 73)
    without = choose(copied, by_numbers("task", ["73"]), run_jobs)
    assert plan_of(copied, without).of(Action.CREATE)[0].why.message == LOSSES[TaskLoss.BINDING]
    first = choose(copied, by_numbers("deal", [str(DEAL)]), run_jobs)
    press(copied, first, run_jobs)
    deal = next(line.new_key for line in lines(copied, first) if line.kind == "crm_item")
    made = choose(copied, by_numbers("task", ["73"]), run_jobs)
    press(copied, made, run_jobs)
    (line,) = lines(copied, made)
    assert (portal.tables["task"].get(line.new_key) or {})["ufCrmTask"] == [f"D_{deal}"]


def test_pressed_twice_no_task_is_doubled_even_without_a_journal(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    lose_tasks(portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    press(copied, made, run_jobs)
    count = len(portal.tables["task"])
    again = choose(copied, by_name("task", "Call 7"), run_jobs)
    assert {one.why.message for one in plan_of(copied, again).of(Action.CANNOT)} == {CAME_BACK}
    with portal_scope(copied.actor.portal_id):
        for line in lines(copied, made):
            db.session.delete(line)
        db.session.commit()
    for choices in (by_numbers("task", map(str, TASKS)), all_gone("task")):
        third = choose(copied, choices, run_jobs)
        assert plan_of(copied, third).count(Action.CREATE) == 0
    assert len(portal.tables["task"]) == count


def test_a_task_that_is_there_and_one_field_of_tasks_are_not_put_back(copied: Copied, run_jobs: Jobs) -> None:
    made = choose(copied, by_numbers("task", ["71"]), run_jobs)
    assert [one.why.message for one in plan_of(copied, made).of(Action.CANNOT)] == [IS_THERE]
    assert not plan_of(copied, choose(copied, by_field("task", "title"), run_jobs)).is_read


@pytest.mark.parametrize("at", [*MOMENTS, ("after", 8), ("after", 10), ("before", 9)])
def test_killed_at_any_point_the_next_press_finishes_tasks_without_doubles(
    copied: Copied, run_jobs: Jobs, deaths: WorkerDeaths, at: tuple[str, int]
) -> None:
    portal = copied.actor.portal
    count = len(portal.tables["task"])
    lose_tasks(portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    deaths.finish_after(copied, made, *at)
    assert [line.state for line in lines(copied, made)] == ["created"] * 3
    assert len(portal.tables["task"]) == count
    for line in lines(copied, made):
        assert len(items_of(portal, line.new_key)) == 4


def test_tasks_that_were_cut_off_are_found_again_without_reading_every_task_of_the_portal(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    for number in range(1_000, 1_300):
        add_task(portal, number, createdDate="2025-03-01T10:00:00+03:00")
    lose_tasks(portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    press(copied, made, run_jobs)
    new = {line.key: line.new_key for line in lines(copied, made)}
    with portal_scope(copied.actor.portal_id):
        for line in lines(copied, made)[1:]:  # the first stands above another, so it was written before both
            line.state, line.new_key, line.mark = RestoreLineState.SENT, "", ""
        db.session.commit()
    world.clock.advance(minutes=5)
    asked = len(world.traffic.requests)
    plan = plan_of(copied, undo_of(copied, made, run_jobs))
    assert [(one.key, one.why.message) for one in plan.operations] == [
        (new["72"], crm_item.CUT_OFF), (new["71"], crm_item.CUT_OFF), (new["73"], task_writer.BELOW_SINCE),
    ]  # fmt: skip
    lists = [
        name
        for one in world.traffic.requests[asked:]
        for name in (one.path, *one.commands)
        if "tasks.task.list" in name
    ]
    assert len(lists) < LISTS_OF_THREE


def comment(portal: Portal, task: str) -> None:
    portal.tables["task"].update(task, commentsCount="3", serviceCommentsCount="2")


def note_time(portal: Portal, task: str) -> None:
    portal.tables.setdefault("elapsed_item", Table(key="ID")).add(
        {"ID": "1", "TASK_ID": task, "SECONDS": "60"}
    )


def add_result(portal: Portal, task: str) -> None:
    portal.tables.setdefault("task_result", Table(key="id")).add(
        {"id": 1, "taskId": int(task), "text": "Done"}
    )


def check_off(portal: Portal, task: str) -> None:
    row = next(row for row in checklist(portal) if row["TASK_ID"] == task and row["TITLE"] == "Write")
    checklist(portal).update(row["ID"], IS_COMPLETE="Y")


def add_below(portal: Portal, task: str) -> None:
    add_task(portal, portal.tables["task"].next_id(), parentId=task)


def rename(portal: Portal, task: str) -> None:
    portal.tables["task"].update(task, title="Write", changedDate=iso(portal.now()))


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (comment, crm_item.COMMENTED_SINCE),
        (note_time, task_writer.TIMED_SINCE),
        (add_result, task_writer.RESULT_SINCE),
        (check_off, task_writer.CHECKED_SINCE),
        (add_below, task_writer.BELOW_SINCE),
        (rename, crm_item.CHANGED_SINCE),
    ],
)
def test_a_task_that_is_used_since_stays(
    copied: Copied, run_jobs: Jobs, world: World, use: Callable[[Portal, str], None], why: str
) -> None:
    portal = copied.actor.portal
    lose_tasks(portal, *TASKS)
    made = choose(copied, all_gone("task"), run_jobs)
    press(copied, made, run_jobs)
    new = {line.key: line.new_key for line in lines(copied, made)}
    world.clock.advance(hours=20)
    use(portal, new["72"])
    undo = undo_of(copied, made, run_jobs)
    plan = plan_of(copied, undo)
    assert [one.id for one in plan.of(Action.REMOVE)] == [new["71"], new["73"]]
    assert [(one.key, one.why.message) for one in plan.of(Action.CANNOT)] == [(new["72"], why)]
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.DONE
    assert [portal.tables["task"].get(new[one]) is None for one in ("71", "72", "73")] == [True, False, True]


def test_a_circle_of_tasks_is_cut_and_every_task_is_named_once() -> None:
    rows = {
        "1": {"id": "1", "parentId": "3"},
        "2": {"id": "2", "parentId": "1"},
        "3": {"id": "3", "parentId": "2"},
    }
    assert sorted(parents_first(rows)) == ["1", "2", "3"]
