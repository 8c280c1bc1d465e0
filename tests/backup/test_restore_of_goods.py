"""Goods come back from a copy under new numbers: with their sections, variants, prices and values of properties."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import all_gone, by_numbers
from b24app.backup.restore.data.copy_preview import CAME_BACK
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.shop.further_settings import settings_table
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, choose, lines, make_copy, plan_of, press, stored
from tests.backup.shop_copies import PRODUCTS, VARIANTS, WITH_VARIANTS, lose_goods, rows_of_goods

pytestmark = pytest.mark.usefixtures("first_checks")

FIELDS = (
    "name",
    "xmlId",
    "code",
    "active",
    "iblockSectionId",
    "vatId",
    "measure",
    "dateCreate",
    "weight",
    "sort",
)


@pytest.fixture
def goods(first_checks: Actor, tmp_path: Path) -> Copied:
    """A copy of the first goods of the shop; one has values of properties."""
    values: Row = {"value": "431", "valueId": "1"}
    first_checks.portal.tables["product"].update(
        PRODUCTS[0], property97=values, property99={"value": "Russia", "valueId": "2"}
    )
    return make_copy(first_checks, tmp_path, rows_of_goods(first_checks.portal))


def by_code(portal: Portal, code: str, table: str = "product") -> Row:
    """The one product with this external code."""
    (found,) = [row for row in portal.tables[table] if row["xmlId"] == code]
    return found


def prices_of(portal: Portal, product: object) -> list[tuple[object, object, object]]:
    rows = (row for row in portal.tables["price"] if row["productId"] == product)
    return sorted((row["catalogGroupId"], row["price"], row["currency"]) for row in rows)


def test_goods_that_are_gone_come_back_with_their_fields_and_prices(goods: Copied, run_jobs: Jobs) -> None:
    portal = goods.actor.portal
    before = {number: dict(portal.tables["product"].get(number) or {}) for number in PRODUCTS}
    prices = {number: prices_of(portal, number) for number in PRODUCTS}
    lose_goods(portal, *PRODUCTS)
    made = choose(goods, all_gone("product"), run_jobs)
    assert {one.key for one in plan_of(goods, made).of(Action.CREATE)} == {str(one) for one in PRODUCTS}
    press(goods, made, run_jobs)
    assert stored(goods, made).state == RestoreState.DONE
    assert [line.state for line in lines(goods, made)] == ["created"] * 3
    for number in PRODUCTS:
        row = by_code(portal, str(before[number]["xmlId"]))
        assert row["id"] != number
        assert {name: row[name] for name in FIELDS} == {name: before[number][name] for name in FIELDS}
        assert prices_of(portal, row["id"]) == prices[number]
    back = by_code(portal, f"item-{PRODUCTS[0]}")
    assert (back["property97"]["value"], back["property99"]["value"]) == ("431", "Russia")


def test_pressed_twice_nothing_is_made_twice(goods: Copied, run_jobs: Jobs) -> None:
    portal = goods.actor.portal
    count = len(portal.tables["product"])
    lose_goods(portal, *PRODUCTS)
    press(goods, choose(goods, all_gone("product"), run_jobs), run_jobs)
    assert len(portal.tables["product"]) == count
    assert not plan_of(goods, choose(goods, all_gone("product"), run_jobs)).to_write
    again = choose(goods, by_numbers("product", map(str, PRODUCTS)), run_jobs)
    assert {one.why.message for one in plan_of(goods, again).of(Action.CANNOT)} == {CAME_BACK}
    assert len(portal.tables["product"]) == count


def test_a_section_that_is_gone_comes_back_first_inside_the_one_around_it(
    goods: Copied, run_jobs: Jobs
) -> None:
    portal, product = goods.actor.portal, PRODUCTS[0]
    sections = settings_table(portal, "section")
    assert (portal.tables["product"].get(product) or {})["iblockSectionId"] == 32
    lose_goods(portal, product)
    for number in (31, 32):
        sections.delete(number)
    made = choose(goods, by_numbers("product", [str(product)]), run_jobs)
    assert [(one.entity, one.key) for one in plan_of(goods, made).to_write] == [
        ("catalogue_section", "31"), ("catalogue_section", "32"), ("product", str(product)),
    ]  # fmt: skip
    press(goods, made, run_jobs)
    assert [line.state for line in lines(goods, made)] == ["created"] * 3
    outer, inner = (next(row for row in sections if row["code"] == code) for code in ("tea", "leaf"))
    assert inner["iblockSectionId"] == outer["id"]
    assert by_code(portal, f"item-{product}")["iblockSectionId"] == inner["id"]


def test_variants_come_back_with_their_product_and_name_it(goods: Copied, run_jobs: Jobs) -> None:
    portal = goods.actor.portal
    lose_goods(portal, WITH_VARIANTS, *VARIANTS)
    made = choose(goods, by_numbers("product", [str(WITH_VARIANTS)]), run_jobs)
    press(goods, made, run_jobs)
    assert [line.state for line in lines(goods, made)] == ["created"] * 4
    new = by_code(portal, f"item-{WITH_VARIANTS}")["id"]
    for variant in VARIANTS:
        assert by_code(portal, f"item-{variant}", "offer")["parentId"]["value"] == str(new)


def test_a_variant_brings_its_product_back(goods: Copied, run_jobs: Jobs) -> None:
    portal = goods.actor.portal
    lose_goods(portal, WITH_VARIANTS, *VARIANTS)
    made = choose(goods, by_numbers("offer", [str(VARIANTS[0])]), run_jobs)
    press(goods, made, run_jobs)
    assert [(line.entity, line.state) for line in lines(goods, made)] == [
        ("product", "created"),
        ("offer", "created"),
    ]
    new = by_code(portal, f"item-{WITH_VARIANTS}")["id"]
    assert by_code(portal, f"item-{VARIANTS[0]}", "offer")["parentId"]["value"] == str(new)


def test_stock_is_named_before_the_press_and_not_written(goods: Copied, run_jobs: Jobs) -> None:
    portal, product = goods.actor.portal, PRODUCTS[0]
    portal.tables["store_product"].update(2, amount=17)
    portal.extra["stock_mode"] = "Y"
    lose_goods(portal, product)
    made = choose(goods, by_numbers("product", [str(product)]), run_jobs)
    plan = plan_of(goods, made)
    (create,) = plan.of(Action.CREATE)
    assert create.why.message == WORDS[ShopLoss.STOCK]
    (told,) = [one for one in plan.of(Action.CANNOT) if one.steps]
    assert [step.values["amount"] for step in told.steps] == [f"{portal.extra['goods'].remainder(1):g}"]
    press(goods, made, run_jobs)
    assert by_code(portal, f"item-{product}")["quantity"] == 0


def test_stock_comes_back_where_the_portal_lets_it_be_written(goods: Copied, run_jobs: Jobs) -> None:
    portal, product = goods.actor.portal, PRODUCTS[0]
    portal.extra["stock_mode"] = "N"
    amount = (portal.tables["product"].get(product) or {})["quantity"]
    lose_goods(portal, product)
    made = choose(goods, by_numbers("product", [str(product)]), run_jobs)
    assert not [one for one in plan_of(goods, made).operations if one.steps]
    press(goods, made, run_jobs)
    assert by_code(portal, f"item-{product}")["quantity"] == amount


def test_settings_that_are_gone_are_told_and_left_out(goods: Copied, run_jobs: Jobs) -> None:
    portal, product = goods.actor.portal, PRODUCTS[1]
    portal.tables["vat"].delete(3)
    portal.tables["price_type"].delete(2)
    lose_goods(portal, product)
    made = choose(goods, by_numbers("product", [str(product)]), run_jobs)
    (create,) = plan_of(goods, made).of(Action.CREATE)
    assert create.why.message == WORDS[ShopLoss.PRICE]
    press(goods, made, run_jobs)
    back = by_code(portal, f"item-{product}")
    assert (back["vatId"], [kind for kind, _, _ in prices_of(portal, back["id"])]) == (3, [1])


def test_a_product_of_the_same_external_code_is_not_made_beside_it(goods: Copied, run_jobs: Jobs) -> None:
    portal, product = goods.actor.portal, PRODUCTS[0]
    row = dict(portal.tables["product"].get(product) or {})
    lose_goods(portal, product)
    portal.tables["product"].add({**row, "id": 9000, "name": "From 1C again"})
    made = choose(goods, by_numbers("product", [str(product)]), run_jobs)
    assert not plan_of(goods, made).to_write
