"""The way back of goods and orders takes away what nobody has used since, and leaves the rest with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import by_field, by_numbers
from b24app.backup.restore.data.shop import row_uses
from b24app.backup.restore.plan import Action
from b24app.backup.restore.writers.crm_item import CHANGED_SINCE
from sandbox.portal import Portal
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.further_settings import settings_table
from sandbox.shop.order_parts import part_table
from sandbox.shop.relations import relation_table
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, make_copy, plan_of, press
from tests.backup.shop_copies import (
    ORDERS,
    PRODUCTS,
    VARIANTS,
    WITH_VARIANTS,
    keep_few_orders,
    lose_goods,
    lose_orders,
    rows_of_goods,
    rows_of_orders,
)
from tests.backup.test_undo_of_used_data import undo_of

pytestmark = pytest.mark.usefixtures("first_checks")

Use = Callable[[Portal, int], None]


@pytest.fixture
def shop(first_checks: Actor, tmp_path: Path) -> Copied:
    """A copy of goods and of orders."""
    keep_few_orders(first_checks.portal)
    first_checks.portal.tables["order_status"].update("N", notify="N")
    return make_copy(
        first_checks, tmp_path, {**rows_of_goods(first_checks.portal), **rows_of_orders(first_checks.portal)}
    )


def test_what_nobody_has_used_is_taken_away_with_its_section(shop: Copied, run_jobs: Jobs) -> None:
    portal = shop.actor.portal
    sections, count = settings_table(portal, "section"), len(portal.tables["price"])
    lose_goods(portal, WITH_VARIANTS, *VARIANTS, PRODUCTS[0])
    for number in (31, 32):
        sections.delete(number)
    made = choose(shop, by_numbers("product", [str(WITH_VARIANTS), str(PRODUCTS[0])]), run_jobs)
    press(shop, made, run_jobs)
    assert {line.state for line in lines(shop, made)} == {"created"}
    undo = undo_of(shop, made, run_jobs)
    assert {one.action for one in plan_of(shop, undo).operations} == {Action.REMOVE}
    press(shop, undo, run_jobs)
    assert {line.state for line in lines(shop, undo)} == {"changed"}
    assert [row["id"] for row in sections] == [33]
    assert not [row for row in portal.tables["product"] if row["xmlId"] == f"item-{PRODUCTS[0]}"]
    assert len(portal.tables["price"]) < count


def order_it(portal: Portal, product: int) -> None:
    table = part_table(portal, "basket_item")
    table.add({**(table.get(table.ids[0]) or {}), "id": 99_000_000, "productId": product})


def note_in_document(portal: Portal, product: int) -> None:
    table = portal.tables.setdefault("store_document_item", Table(key="id"))
    table.add({"id": 1, "docId": 1, "elementId": product, "amount": 2})


def reprice(portal: Portal, product: int) -> None:
    (price, *_) = [row["id"] for row in portal.tables["price"] if row["productId"] == product]
    portal.tables["price"].update(price, price=1, timestampX=iso(portal.now()))


def rename(portal: Portal, product: int) -> None:
    portal.tables["product"].update(product, name="Another", timestampX=iso(portal.now()))


GOODS_USES = (
    (order_it, row_uses.ORDERED),
    (note_in_document, row_uses.IN_DOCUMENT),
    (reprice, row_uses.PRICE_CHANGED),
    (rename, CHANGED_SINCE),
)


def test_a_product_that_was_used_since_stays(shop: Copied, run_jobs: Jobs, world: World) -> None:
    portal = shop.actor.portal
    lose_goods(portal, *PRODUCTS, 1206)
    made = choose(shop, by_numbers("product", map(str, (*PRODUCTS, 1206))), run_jobs)
    press(shop, made, run_jobs)
    world.clock.advance(minutes=3)
    wanted = {}
    for line, (use, why) in zip(lines(shop, made), GOODS_USES, strict=True):
        use(portal, int(line.new_key))
        wanted[line.new_key] = why
    undo = undo_of(shop, made, run_jobs)
    assert {one.key: one.why.message for one in plan_of(shop, undo).of(Action.CANNOT)} == wanted


def pay(portal: Portal, order: int) -> None:
    table = portal.tables["payment"]
    table.add({**(table.get(table.ids[0]) or {}), "id": 99_000_000, "orderId": order, "paid": "N"})


def ship(portal: Portal, order: int) -> None:
    (row, *_) = [one for one in portal.tables["shipment"] if one["orderId"] == order]
    portal.tables["shipment"].update(row["id"], deducted="Y")


def bind(portal: Portal, order: int) -> None:
    relation_table(portal, "order_entity").add({"orderId": order, "ownerId": 150, "ownerTypeId": 2})


ORDER_USES = ((pay, row_uses.PAID), (ship, row_uses.SHIPPED), (bind, row_uses.BOUND))


def test_an_order_that_was_used_since_stays_and_another_goes(shop: Copied, run_jobs: Jobs) -> None:
    portal = shop.actor.portal
    lose_orders(portal, *ORDERS)
    made = choose(shop, by_numbers("order", map(str, ORDERS)), run_jobs)
    press(shop, made, run_jobs)
    free = plan_of(shop, undo_of(shop, made, run_jobs))
    assert [one.action for one in free.operations] == [Action.REMOVE] * 3
    wanted = {}
    for line, (use, why) in zip(lines(shop, made), ORDER_USES, strict=True):
        use(portal, int(line.new_key))
        wanted[line.new_key] = why
    undo = undo_of(shop, made, run_jobs)
    assert {one.key: one.why.message for one in plan_of(shop, undo).of(Action.CANNOT)} == wanted


def test_what_came_into_use_after_the_preview_of_the_way_back_stays(shop: Copied, run_jobs: Jobs) -> None:
    portal = shop.actor.portal
    lose_orders(portal, *ORDERS[:2])
    made = choose(shop, by_numbers("order", map(str, ORDERS[:2])), run_jobs)
    press(shop, made, run_jobs)
    undo = undo_of(shop, made, run_jobs)
    used, free = (line.new_key for line in lines(shop, made))
    pay(portal, int(used))
    press(shop, undo, run_jobs)
    assert portal.tables["order"].get(used) is not None
    press(shop, undo, run_jobs)  # the first press has shown how it would go now
    assert portal.tables["order"].get(used) is not None
    assert portal.tables["order"].get(free) is None


def filled(portal: Portal, field: str) -> list[Row]:
    return [row for row in map(portal.tables["product"].get, PRODUCTS) if row and row.get(field)]


@pytest.mark.parametrize("field", ["vatId", "iblockSectionId", "property97", "property99"])
def test_one_field_of_many_products_is_filled_and_emptied_again(
    north: Actor, tmp_path: Path, run_jobs: Jobs, field: str
) -> None:
    portal = north.portal
    given: Row = {
        "property97": {"value": "431", "valueId": "1"},
        "property99": {"value": "Russia", "valueId": "2"},
    }
    for number in PRODUCTS:
        portal.tables["product"].update(number, **given)
    was = [row[field] for row in filled(portal, field)]
    shop = make_copy(north, tmp_path, rows_of_goods(portal))
    for number in PRODUCTS[:2]:
        portal.tables["product"].update(number, **{field: None})
    made = choose(shop, by_field("product", field), run_jobs)
    assert {one.key for one in plan_of(shop, made).of(Action.CHANGE)} == {str(one) for one in PRODUCTS[:2]}
    press(shop, made, run_jobs)
    assert {line.state for line in lines(shop, made)} == {"changed"}
    bare = [one["value"] if isinstance(one, dict) else one for one in was]
    assert [
        one[field]["value"] if isinstance(one[field], dict) else one[field] for one in filled(portal, field)
    ] == bare
    undo = undo_of(shop, made, run_jobs)
    press(shop, undo, run_jobs)
    assert len(filled(portal, field)) == 1


def test_prices_of_many_products_are_added_where_there_is_none_and_taken_away_again(
    shop: Copied, run_jobs: Jobs
) -> None:
    portal = shop.actor.portal
    prices = portal.tables["price"]
    before = {
        row["productId"]: row["price"]
        for row in prices
        if row["productId"] in PRODUCTS and row["catalogGroupId"] == 1
    }
    for row in [one for one in prices if one["productId"] in PRODUCTS[:2] and one["catalogGroupId"] == 1]:
        prices.delete(row["id"])
    made = choose(shop, by_field("product", "price_1"), run_jobs)
    press(shop, made, run_jobs)
    assert [line.state for line in lines(shop, made)] == ["changed"] * 2
    now = {
        row["productId"]: row["price"]
        for row in prices
        if row["productId"] in PRODUCTS and row["catalogGroupId"] == 1
    }
    assert now == before
    press(shop, undo_of(shop, made, run_jobs), run_jobs)
    assert [
        row["productId"] for row in prices if row["productId"] in PRODUCTS and row["catalogGroupId"] == 1
    ] == [PRODUCTS[2]]
