"""Tasks and orders that survived follow a deal that came back under another number, and go back with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.bindings import UNREAD
from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.writers import crm_item
from b24app.backup.restore.writers.task_binding import REBOUND
from sandbox.portal import Portal
from sandbox.shop.new_orders import table_now
from sandbox.shop.relations import relation_table
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
from tests.backup.test_restore_of_tasks import add_task
from tests.backup.test_undo_of_used_data import undo_of
from tests.backup.worker_deaths import WorkerDeaths, deaths

pytestmark = pytest.mark.usefixtures("first_checks")

__all__ = ["deaths"]
DEALS = (150, 151)
BOTH, ONE, OTHER = 81, 82, 83


@pytest.fixture
def copied(first_checks: Actor, tmp_path: Path) -> Copied:
    """Two deals that are gone; a task of both with a contact, a task of one, a task of none, an order of one."""
    portal = first_checks.portal
    add_task(portal, BOTH, ufCrmTask=["D_150", "C_7", "D_151"])
    add_task(portal, ONE, ufCrmTask=["D_151"])
    add_task(portal, OTHER, ufCrmTask=["D_160"])
    made = make_copy(first_checks, tmp_path, rows_of_deals(portal, DEALS))
    lose(portal, *DEALS)
    relation_table(portal, "order_entity").add(
        {"orderId": order_of(portal), "ownerId": 151, "ownerTypeId": 2}
    )
    return made


def order_of(portal: Portal) -> int:
    return int(table_now(portal, "order").ids[0])


def bound(portal: Portal, task: int) -> list[str]:
    return list((portal.tables["task"].get(task) or {})["ufCrmTask"])


def owner(portal: Portal) -> int:
    return int((relation_table(portal, "order_entity").get(order_of(portal)) or {})["ownerId"])


def put_back(copied: Copied, run_jobs: Jobs, *deals: str) -> tuple[int, dict[str, str]]:
    made = choose(copied, by_numbers("deal", deals), run_jobs)
    press(copied, made, run_jobs)
    assert stored(copied, made).state == RestoreState.DONE
    return made, {line.key: line.new_key for line in lines(copied, made) if line.kind == "crm_item"}


def test_tasks_and_orders_are_bound_to_the_new_numbers(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    made = choose(copied, by_numbers("deal", ["150", "151"]), run_jobs)
    changes = plan_of(copied, made).of(Action.CHANGE)
    assert [(one.kind, one.id) for one in changes] == [
        ("task_binding", str(BOTH)), ("task_binding", str(ONE)), ("order_binding", str(order_of(portal))),
    ]  # fmt: skip
    assert "Call 81" in copied.actor.opens().get(f"/restore/{made}").text
    press(copied, made, run_jobs)
    new = {line.key: line.new_key for line in lines(copied, made) if line.kind == "crm_item"}
    assert bound(portal, BOTH) == [f"D_{new['150']}", "C_7", f"D_{new['151']}"]
    assert bound(portal, ONE) == [f"D_{new['151']}"]
    assert bound(portal, OTHER) == ["D_160"]
    assert owner(portal) == int(new["151"])
    assert [line.state for line in lines(copied, made)] == [
        "created",
        "created",
        "changed",
        "changed",
        "changed",
    ]


def test_the_way_back_binds_them_to_the_former_numbers_and_takes_the_deals_away(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    made, new = put_back(copied, run_jobs, "150", "151")
    world.clock.advance(hours=20)
    undo = undo_of(copied, made, run_jobs)
    assert len(plan_of(copied, undo).of(Action.REMOVE)) == 2
    press(copied, undo, run_jobs)
    assert stored(copied, undo).state == RestoreState.DONE
    assert bound(portal, BOTH) == ["D_150", "C_7", "D_151"]
    assert (bound(portal, ONE), owner(portal)) == (["D_151"], 151)
    assert [portal.tables["deal"].get(one) for one in new.values()] == [None, None]


def test_a_deal_stays_when_a_task_was_bound_to_it_by_a_person_since(
    copied: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = copied.actor.portal
    made, new = put_back(copied, run_jobs, "150", "151")
    world.clock.advance(hours=20)
    portal.tables["task"].update(OTHER, ufCrmTask=[f"D_{new['150']}"])
    portal.tables["task"].update(ONE, ufCrmTask=["D_160"])
    plan = plan_of(copied, undo_of(copied, made, run_jobs))
    assert {one.why.message for one in plan.of(Action.CANNOT)} == {crm_item.TASKED_SINCE, REBOUND}
    assert [one.id for one in plan.of(Action.REMOVE)] == [new["151"]]


def test_what_a_person_has_bound_meanwhile_is_kept(copied: Copied, run_jobs: Jobs) -> None:
    portal = copied.actor.portal
    made = choose(copied, by_numbers("deal", ["150", "151"]), run_jobs)
    portal.tables["task"].update(BOTH, ufCrmTask=["D_150", "D_160"])
    portal.tables["task"].update(ONE, ufCrmTask=["D_160"])
    press(copied, made, run_jobs)
    new = {line.key: line.new_key for line in lines(copied, made) if line.kind == "crm_item"}
    assert (bound(portal, BOTH), bound(portal, ONE)) == ([f"D_{new['150']}", "D_160"], ["D_160"])
    assert {line.key: line.state for line in lines(copied, made) if line.kind == "task_binding"} == {
        str(BOTH): "changed", str(ONE): "untouched",
    }  # fmt: skip


def test_a_task_that_still_names_the_former_number_is_bound_by_the_next_press(
    copied: Copied, run_jobs: Jobs
) -> None:
    portal = copied.actor.portal
    _, new = put_back(copied, run_jobs, "150", "151")
    portal.tables["task"].update(OTHER, ufCrmTask=["D_150"])
    again = choose(copied, by_numbers("deal", ["150", "151"]), run_jobs)
    assert [one.id for one in plan_of(copied, again).to_write] == [str(OTHER)]
    press(copied, again, run_jobs)
    assert bound(portal, OTHER) == [f"D_{new['150']}"]


@pytest.mark.parametrize("at", [("after", 10), ("after", 12), ("after", 14), ("before", 13)])
def test_killed_while_binding_the_next_press_finishes_it(
    copied: Copied, run_jobs: Jobs, deaths: WorkerDeaths, at: tuple[str, int]
) -> None:
    portal = copied.actor.portal
    made = choose(copied, by_numbers("deal", ["150", "151"]), run_jobs)
    deaths.finish_after(copied, made, *at)
    new = {line.key: line.new_key for line in lines(copied, made) if line.kind == "crm_item"}
    assert bound(portal, BOTH) == [f"D_{new['150']}", "C_7", f"D_{new['151']}"]
    assert owner(portal) == int(new["151"])
    assert {line.state for line in lines(copied, made)} == {"created", "changed"}


def test_bindings_that_nobody_may_read_are_said_before_the_press(copied: Copied, run_jobs: Jobs) -> None:
    copied.actor.portal.faults.refuse_next("insufficient_scope", times=60, method="tasks.task.list")
    made = choose(copied, by_numbers("deal", ["150"]), run_jobs)
    copied.actor.portal.faults.forgive()
    plan = plan_of(copied, made)
    assert [one.id for one in plan.of(Action.CHANGE)] == []
    assert UNREAD in [one.why.message for one in plan.of(Action.CANNOT)]
