"""Lists of what hangs on deals and orders: they demand what is documented, page by id, and follow what happens in the portal."""

from __future__ import annotations

import pytest
import requests

from sandbox.shop.order_parts import part_table
from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.sandbox.caller import Caller
from tests.sandbox.clients import a_client


@pytest.fixture
def client(world: World, session: requests.Session) -> Caller:
    return a_client(world, session)


def test_product_rows_are_given_for_one_owner_alone(client: Caller) -> None:
    assert client.error("crm.item.productrow.list")[1] == "100"
    wrong = {"=ownerType": "X", "=ownerId": 150}
    assert client.error("crm.item.productrow.list", filter=wrong)[1] == "INVALID_ARG_VALUE"
    found = client.result("crm.item.productrow.list", filter={"=ownerType": "D", "=ownerId": 152})
    assert [row["ownerId"] for row in found["productRows"]] == [152, 152]


def test_comments_are_given_for_one_item_alone(client: Caller) -> None:
    assert client.error("crm.timeline.comment.list", filter={"ENTITY_TYPE": "deal"})[1] == ""
    found = client.result("crm.timeline.comment.list", filter={"ENTITY_TYPE": "deal", "ENTITY_ID": 152})
    assert [row["ENTITY_ID"] for row in found] == ["152"]


def test_a_list_without_counting_begins_behind_an_id(client: Caller) -> None:
    page = client.call("crm.activity.list", start=-1, order={"ID": "ASC"}, filter={">ID": 200})
    assert "total" not in page
    numbers = [int(row["ID"]) for row in page["result"]]
    assert (len(numbers), numbers[0], numbers) == (50, 202, sorted(numbers))


def test_what_hangs_on_a_deal_leaves_with_it(client: Caller) -> None:
    client.result("crm.item.delete", entityTypeId=2, id=152)
    assert client.result("crm.item.productrow.list", filter={"=ownerType": "D", "=ownerId": 152}) == {
        "productRows": []
    }
    assert client.result("crm.activity.list", filter={"ID": 152}) == []


def test_orders_are_listed_with_the_items_they_are_bound_to(client: Caller) -> None:
    bindings = relation_table(client.portal, "order_entity")
    for number in range(60):
        bindings.add({"orderId": 5000 + number, "ownerId": 150 + number % 2, "ownerTypeId": 2})
    mine = {"=ownerTypeId": 2, "@ownerId": [150, 151]}
    first = client.call("crm.orderentity.list", filter=mine, select=["orderId", "ownerId"])
    assert (len(first["result"]["orderEntity"]), first["total"]) == (50, 60)
    assert first["result"]["orderEntity"][0] == {"orderId": 5000, "ownerId": 150}
    assert len(client.result("crm.orderentity.list", filter=mine, start=-1)["orderEntity"]) == 60
    other = client.result("crm.orderentity.list", filter={"=ownerTypeId": 3, "@ownerId": [150]})
    assert other == {"orderEntity": []}


def test_only_some_types_have_a_history_of_stages(client: Caller) -> None:
    assert client.error("crm.stagehistory.list", entityTypeId=3)[1] == "ENTITY_TYPE_NOT_SUPPORTED"
    found = client.result("crm.stagehistory.list", entityTypeId=2, filter={"OWNER_ID": 152})
    assert [row["OWNER_ID"] for row in found["items"]] == [152]


def test_baskets_of_orders_that_came_since_are_listed(client: Caller, world: World) -> None:
    before = client.call("sale.basketitem.list", select=["id"])["total"]
    world.clock.advance(days=3)
    newest = client.portal.tables["order"].ids[-1]
    rows = part_table(client.portal, "basket_item").all()
    assert len(rows) > before
    assert max(row["orderId"] for row in rows) > newest


def test_a_task_that_is_not_there_has_no_checklist(client: Caller) -> None:
    assert client.error("task.checklistitem.getlist", TASKID=999_999) == (
        400,
        "ERROR_CORE",
        "ACTION_NOT_ALLOWED",
    )
