"""A field that was emptied in more goods than one page holds is filled in all of them, and what waits is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import MOST, by_field
from b24app.backup.restore.data.copy_preview import PARTS
from b24app.backup.restore.data.shop import goods_repairs
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from sandbox.portal import Portal
from sandbox.shop.products import FIRST_PRODUCT
from tests.actors import Actor
from tests.backup.copied_data import Copied, Jobs, Rows, choose, lines, make_copy, plan_of, press, stored
from tests.backup.shop_copies import PRODUCTS, rows_of_goods

MANY = MOST + 60
FIRST_NEW = 50_001


def many_products(portal: Portal) -> list[int]:
    """More products than one restore once took, each with a VAT rate and a price of the second type."""
    products, prices = portal.tables["product"], portal.tables["price"]
    sample = dict(products.get(FIRST_PRODUCT) or {})
    price = dict(prices.get(prices.ids[0]) or {})
    numbers = list(range(FIRST_NEW, FIRST_NEW + MANY))
    for number in numbers:
        products.add(
            {**sample, "id": number, "xmlId": f"many-{number}", "vatId": 3, "name": f"Plaid {number}"}
        )
        prices.add(
            {**price, "id": number, "productId": number, "catalogGroupId": 2, "price": number % 100 + 1}
        )
    return numbers


def copy_of_many(north: Actor, folder: Path, numbers: list[int]) -> Copied:
    tables = north.portal.tables
    rows: Rows = {
        name: [(str(number), dict(tables[name].get(number) or {})) for number in numbers]
        for name in ("product", "price")
    }
    return make_copy(north, folder, rows, raw_limit=400_000)


@pytest.mark.cases
def test_a_rate_emptied_in_more_than_two_thousand_goods_is_filled_in_all_of_them(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    portal = north.portal
    numbers = many_products(portal)
    shop = copy_of_many(north, tmp_path, numbers)
    for number in numbers:
        portal.tables["product"].update(number, vatId=None)
    made = choose(shop, by_field("product", "vatId"), run_jobs)
    assert plan_of(shop, made).count(Action.CHANGE) == MANY
    assert not plan_of(shop, made).of(Action.CANNOT)
    press(shop, made, run_jobs)
    assert stored(shop, made).state == RestoreState.DONE
    assert [line.state for line in lines(shop, made)] == ["changed"] * MANY
    assert {(portal.tables["product"].get(number) or {})["vatId"] for number in numbers} == {3}
    page = shop.actor.opens(lang="en").get(f"/restore/{made}").text
    assert f"{MANY - 2000} earlier lines are in the file of the journal" in page


def test_prices_lost_in_more_than_two_thousand_goods_are_all_planned(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    numbers = many_products(north.portal)
    shop = copy_of_many(north, tmp_path, numbers)
    for number in numbers:
        north.portal.tables["price"].delete(number)
    made = choose(shop, by_field("product", "price_2"), run_jobs)
    chosen = [one.key for one in plan_of(shop, made).of(Action.CHANGE)]
    assert chosen == [str(number) for number in numbers]


@pytest.mark.parametrize("field", ["vatId", "price_1"])
def test_goods_beyond_the_most_of_one_restore_are_named_before_and_after_and_come_with_the_next(
    north: Actor, tmp_path: Path, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    monkeypatch.setattr(goods_repairs, "MOST_GOODS", 2)
    monkeypatch.setattr(goods_repairs, "AT_ONCE", 1)
    portal = north.portal
    shop = make_copy(north, tmp_path, rows_of_goods(portal))
    empty(portal, field)
    made = choose(shop, by_field("product", field), run_jobs)
    (waits,) = plan_of(shop, made).of(Action.CANNOT)
    assert (waits.title, waits.why.message, waits.objects) == (PARTS, goods_repairs.NEXT_TIME, 1)
    browser = shop.actor.opens(lang="en")
    assert "One restore fills the field of 10,000 goods" in browser.get(f"/restore/{made}").text
    press(shop, made, run_jobs)
    assert [(line.key, line.state) for line in lines(shop, made)] == [
        (str(number), "changed") for number in PRODUCTS[:2]
    ]
    assert "One restore fills the field of 10,000 goods" in browser.get(f"/restore/{made}").text
    again = choose(shop, by_field("product", field), run_jobs)
    assert [(one.key, one.action) for one in plan_of(shop, again).operations] == [
        (str(PRODUCTS[2]), Action.CHANGE)
    ]


def empty(portal: Portal, field: str) -> None:
    """Take the field away from three products."""
    if field == "vatId":
        for number in PRODUCTS:
            portal.tables["product"].update(number, vatId=None)
        return
    prices = portal.tables["price"]
    for row in [one for one in prices if one["productId"] in PRODUCTS and one["catalogGroupId"] == 1]:
        prices.delete(row["id"])


def test_a_value_whose_setting_is_gone_is_told_and_not_passed_over(
    north: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    portal = north.portal
    shop = make_copy(north, tmp_path, rows_of_goods(portal))
    rates = {number: (portal.tables["product"].get(number) or {})["vatId"] for number in PRODUCTS}
    empty(portal, "vatId")
    portal.tables["vat"].delete(rates[PRODUCTS[0]])
    made = choose(shop, by_field("product", "vatId"), run_jobs)
    told = {one.key: one.why.message for one in plan_of(shop, made).of(Action.CANNOT)}
    gone = {number for number in PRODUCTS if rates[number] == rates[PRODUCTS[0]]}
    assert told == {str(number): WORDS[ShopLoss.RATE] for number in gone}
