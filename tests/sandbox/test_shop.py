"""The seeded shop is believable: sums agree, months grow, nothing in it is anybody's."""

from __future__ import annotations

import pickle
import re
from collections import Counter
from datetime import datetime

import pytest

from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.shop.new_orders import catch_up
from sandbox.world import World
from tests.sandbox.conftest import NOW


@pytest.fixture(scope="module")
def shop() -> Portal:
    """One shop that these tests only look at."""
    return World(now=NOW).add_portal("north.bitrix24.example")


@pytest.fixture(scope="module")
def orders(shop: Portal) -> list[Row]:
    return shop.tables["order"].all()


@pytest.fixture(scope="module")
def payments(shop: Portal) -> list[Row]:
    return shop.tables["payment"].all()


@pytest.fixture(scope="module")
def months(orders: list[Row]) -> Counter[str]:
    return Counter(row["dateInsert"][:7] for row in orders)


def payment_of(portal: Portal, order: Row) -> Row:
    return next(row for row in portal.tables["payment"] if row["orderId"] == order["id"])


def test_orders_fill_thirteen_months(months: Counter[str]) -> None:
    assert sorted(months) == [f"2025-{m}" for m in (11, 12)] + [f"2026-{m:02d}" for m in range(1, 12)]


def test_the_last_full_month_holds_about_640_orders_and_more_than_the_one_before(
    months: Counter[str],
) -> None:
    assert 630 <= months["2026-10"] <= 650
    assert months["2026-10"] > months["2026-09"] > months["2026-08"]


def test_december_is_the_strongest_month(months: Counter[str]) -> None:
    assert max(months.items(), key=lambda pair: pair[1])[0] == "2025-12"


def test_nothing_has_happened_in_the_future(orders: list[Row]) -> None:
    newest = orders[-1]
    assert datetime.fromisoformat(newest["dateInsert"]) <= NOW


def test_orders_come_in_the_order_of_their_dates(orders: list[Row]) -> None:
    dates = [row["dateInsert"] for row in orders]
    assert dates == sorted(dates)


def test_a_payment_is_worth_its_order_and_paid_together_with_it(
    orders: list[Row], payments: list[Row]
) -> None:
    for order, payment in zip(orders, payments, strict=True):
        assert (payment["orderId"], payment["sum"], payment["paid"]) == (
            order["id"],
            order["price"],
            order["payed"],
        )


def test_a_canceled_order_is_neither_paid_nor_sent(orders: list[Row]) -> None:
    canceled = [row for row in orders if row["canceled"] == "Y"]
    assert canceled
    assert {(row["payed"], row["deducted"], row["statusId"]) for row in canceled} == {("N", "N", "D")}


def test_payments_and_shipments_go_through_services_of_the_shop(shop: Portal, payments: list[Row]) -> None:
    assert all(row["paySystemId"] in shop.tables["paysystem"] for row in payments)
    assert all(row["deliveryId"] in shop.tables["delivery"] for row in shop.tables["shipment"])


def test_marketplace_orders_carry_the_marketplaces_number_and_no_binding(
    shop: Portal, orders: list[Row]
) -> None:
    foreign = [row for row in orders if row["externalOrder"] == "Y"]
    assert {row["xmlId"].split("_")[0] for row in foreign} == {"ozon", "wb"}
    bound = {row["orderId"] for row in shop.tables["trade_binding"]}
    assert bound.isdisjoint(row["id"] for row in foreign)


def test_a_deal_stands_on_a_stage_of_its_own_pipeline(shop: Portal) -> None:
    stages = {row["STATUS_ID"] for row in shop.tables["status"] if row["ENTITY_ID"].startswith("DEAL_STAGE")}
    for deal in shop.tables["deal"]:
        assert deal["stageId"] in stages
        assert deal["stageId"].startswith(f"C{deal['categoryId']}:") is bool(deal["categoryId"])


def test_every_profile_of_a_carrier_has_its_parent(shop: Portal) -> None:
    parents = {row["PARENT_ID"] for row in shop.tables["delivery"]} - {None}
    assert parents
    assert all(parent in shop.tables["delivery"] for parent in parents)


def test_the_staff_is_believable(shop: Portal) -> None:
    staff = [user for user in shop.users if user.active and user.user_type == "employee"]
    staff.remove(shop.integrator)
    assert len(staff) == 43
    assert any(user.fields["LAST_LOGIN"] == "" for user in staff)
    assert any(not user.active for user in shop.users)
    assert any(user.user_type == "extranet" for user in shop.users)
    assert len({user.id for user in shop.users}) == len(shop.users)


def test_the_same_seed_makes_the_same_shop(world: World, north: Portal) -> None:
    twin = World(now=NOW, seed=world.seed).add_portal(north.host)
    assert twin.tables["order"].get(4321) == north.tables["order"].get(4321)
    assert [user.full_name for user in twin.users] == [user.full_name for user in north.users]


def test_another_seed_makes_another_shop(north: Portal) -> None:
    other = World(now=NOW, seed=7).add_portal(north.host)
    assert other.tables["order"].get(4321) != north.tables["order"].get(4321)


def test_addresses_and_phones_are_nobodys(shop: Portal) -> None:
    rows = [*shop.tables["contact"], *shop.tables["company"], *shop.tables["site"], *shop.tables["call"]]
    text = str(rows) + str([user.email for user in shop.users])
    assert all(host.endswith(".example") for host in re.findall(r"@([\w.-]+)", text))
    assert all(phone.startswith("+7000") for phone in re.findall(r"\+\d{11}", text))


def test_the_second_shop_is_small_and_has_no_open_lines(south: Portal) -> None:
    assert len(south.tables["openline"]) == len(south.tables["connector"]) == 0
    assert len(south.tables["order"]) < 1000
    assert len(south.tables["category"]) < 5


def test_many_rows_are_built_on_demand(world: World) -> None:
    huge = world.add_portal("huge.bitrix24.example", rows=200_000)
    deals = huge.tables["deal"]
    assert len(deals) == 200_000
    assert len(huge.tables["order"]) == 50_000
    assert deals.get(deals.ids[-1])["createdTime"] > deals.get(deals.ids[0])["createdTime"]


def test_counted_rows_stay_as_many_as_were_asked_for(world: World) -> None:
    counted = world.add_portal("counted.bitrix24.example", rows=500)
    world.clock.advance(days=30)
    catch_up(counted)
    assert len(counted.tables["deal"]) == 500


def test_customers_keep_buying_while_time_passes(world: World, north: Portal) -> None:
    before, deals = len(north.tables["order"]), len(north.tables["deal"])
    world.clock.advance(days=3)
    catch_up(north)
    assert 40 <= len(north.tables["order"]) - before <= 90
    assert len(north.tables["deal"]) > deals
    newest = north.tables["order"].all()[-1]
    assert payment_of(north, newest)["sum"] == newest["price"]


def test_nobody_pays_through_a_system_that_is_off(world: World, north: Portal) -> None:
    last = north.tables["payment"].ids[-1]
    north.switch_off("pay_system", 2)
    world.clock.advance(days=5)
    catch_up(north)
    assert all(
        north.tables["payment"].get(new)["paySystemId"] != 2
        for new in north.tables["payment"].between(last, None)
    )


def test_a_shop_survives_being_put_aside(world: World, north: Portal) -> None:
    again = pickle.loads(pickle.dumps(world)).portals[north.member_id]  # noqa: S301 our own bytes
    again.world.clock.advance(days=1)
    catch_up(again)
    assert len(again.tables["order"]) > len(north.tables["order"])
    assert again.tables["order"].get(4321) == north.tables["order"].get(4321)
