"""Orders that come back under another number are bound to the deals that they were bound to, and leave with their binding."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.data.hanging import PART_REFUSED
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.data.shop.row_uses import BOUND
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.manifest import read_manifest
from b24app.text.messages import sentence
from sandbox.portal import Portal
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
from tests.backup.shop_copies import ORDERS, keep_few_orders, lose_orders, rows_of_orders
from tests.backup.test_restore_of_data import lose
from tests.backup.test_undo_of_used_data import undo_of
from tests.backup.worker_deaths import WorkerDeaths, deaths

__all__ = ["deaths"]
STAYED, LOST, FREE = ORDERS
"""An order of a deal that stays, one of a deal that is lost, and one of no deal."""
OWNERS = {STAYED: 150, LOST: 151}
PAID = sentence(WORDS[ShopLoss.PAID])
PAID_AND_UNBOUND = sentence("%(loss)s %(owner)s", loss=PAID, owner=sentence(WORDS[ShopLoss.OWNER]))
MOMENTS = [("before", 9), ("after", 9), ("before", 24), ("after", 24), ("before", 26)]


@pytest.fixture
def shop(first_checks: Actor, tmp_path: Path) -> Copied:
    """A copy of three orders with their deals; the orders are gone, and one of the deals."""
    portal = first_checks.portal
    keep_few_orders(portal)
    for status in portal.tables["order_status"]:
        portal.tables["order_status"].update(status["id"], notify="N")
    rows = {**rows_of_orders(portal), **rows_of_deals(portal, OWNERS.values())}
    rows["order_binding"] = [
        (str(order), {"orderId": order, "ownerId": deal, "ownerTypeId": 2}) for order, deal in OWNERS.items()
    ]
    made = make_copy(first_checks, tmp_path, rows)
    lose_orders(portal, *ORDERS)
    lose(portal, OWNERS[LOST])
    return made


def put_back(shop: Copied, run_jobs: Jobs, entity: str, *numbers: int) -> tuple[int, dict[int, str]]:
    """The restore, and new numbers by former ones."""
    made = choose(shop, by_numbers(entity, map(str, numbers)), run_jobs)
    press(shop, made, run_jobs)
    assert stored(shop, made).state == RestoreState.DONE
    return made, {int(line.key): line.new_key for line in lines(shop, made)}


def bound(portal: Portal) -> dict[str, tuple[int, int]]:
    return {
        str(row["orderId"]): (row["ownerTypeId"], row["ownerId"])
        for row in relation_table(portal, "order_entity")
    }


def test_an_order_is_bound_to_its_deal_again(shop: Copied, run_jobs: Jobs) -> None:
    made, new = put_back(shop, run_jobs, "order", STAYED, FREE)
    assert bound(shop.actor.portal) == {new[STAYED]: (2, OWNERS[STAYED])}
    assert [(line.state, line.why) for line in lines(shop, made)] == [("created", "")] * 2


def test_an_order_is_bound_to_what_has_come_in_the_place_of_its_deal(shop: Copied, run_jobs: Jobs) -> None:
    _, deals = put_back(shop, run_jobs, "deal", OWNERS[LOST])
    _, new = put_back(shop, run_jobs, "order", LOST)
    assert bound(shop.actor.portal) == {new[LOST]: (2, int(deals[OWNERS[LOST]]))}


def test_a_deal_that_is_gone_is_said_before_the_press(shop: Copied, run_jobs: Jobs) -> None:
    made = choose(shop, by_numbers("order", map(str, ORDERS)), run_jobs)
    said = {int(one.key): one.why for one in plan_of(shop, made).of(Action.CREATE)}
    assert said == {STAYED: PAID, LOST: PAID_AND_UNBOUND, FREE: PAID}
    press(shop, made, run_jobs)
    assert [line.state for line in lines(shop, made)] == ["created"] * 3


def test_the_way_back_takes_orders_with_the_binding_they_came_with_and_leaves_one_bound_otherwise(
    shop: Copied, run_jobs: Jobs, world: World
) -> None:
    portal = shop.actor.portal
    put_back(shop, run_jobs, "deal", OWNERS[LOST])
    made, new = put_back(shop, run_jobs, "order", *ORDERS)
    world.clock.advance(hours=20)
    relation_table(portal, "order_entity").update(int(new[LOST]), ownerId=160)
    relation_table(portal, "order_entity").add({"orderId": int(new[FREE]), "ownerId": 160, "ownerTypeId": 2})
    undo = undo_of(shop, made, run_jobs)
    plan = plan_of(shop, undo)
    assert [one.id for one in plan.of(Action.REMOVE)] == [new[STAYED]]
    assert {(one.key, one.why.message) for one in plan.of(Action.CANNOT)} == {
        (new[LOST], BOUND), (new[FREE], BOUND),
    }  # fmt: skip
    press(shop, undo, run_jobs)
    assert stored(shop, undo).state == RestoreState.DONE
    assert [portal.tables["order"].get(new[one]) is None for one in ORDERS] == [True, False, False]


@pytest.mark.parametrize("at", MOMENTS)
def test_killed_at_any_point_the_next_press_binds_each_order_once(
    shop: Copied, run_jobs: Jobs, deaths: WorkerDeaths, at: tuple[str, int]
) -> None:
    made = choose(shop, by_numbers("order", map(str, ORDERS)), run_jobs)
    deaths.finish_after(shop, made, *at)
    new = {int(line.key): line.new_key for line in lines(shop, made)}
    assert bound(shop.actor.portal) == {new[STAYED]: (2, OWNERS[STAYED])}
    assert {(line.state, line.words) for line in lines(shop, made)} == {("created", None)}


def test_orders_come_back_where_the_application_may_not_see_the_crm(shop: Copied, run_jobs: Jobs) -> None:
    shop.actor.grants(*(one for one in read_manifest().scopes if one != "crm"))
    made, _ = put_back(shop, run_jobs, "order", STAYED, FREE)
    assert bound(shop.actor.portal) == {}
    assert [line.state for line in lines(shop, made)] == ["created"] * 2
    said = {int(one.key): one.why for one in plan_of(shop, made).of(Action.CREATE)}
    assert said == {STAYED: PAID_AND_UNBOUND, FREE: PAID}


def test_a_binding_that_the_portal_refuses_is_told_and_the_order_is_back(
    shop: Copied, run_jobs: Jobs
) -> None:
    made = choose(shop, by_numbers("order", [str(STAYED)]), run_jobs)
    shop.actor.portal.faults.refuse_next("200040300020", times=60, method="crm.orderentity.add")
    press(shop, made, run_jobs)
    (line,) = lines(shop, made)
    assert (line.state, line.why) == ("created", PART_REFUSED)
    assert "200040300020" in str(line.words)
