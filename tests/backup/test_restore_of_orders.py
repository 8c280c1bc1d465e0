"""Orders come back from a copy with their baskets, values of properties and shipments, and never with a payment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from flask import Flask
from requests.adapters import HTTPAdapter

from b24app.backup.restore.data.choices import all_gone, by_numbers
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.backup.restore.presses import allow_restores, begin, go_on
from b24app.backup.restore.running import put_back
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.shop.added_orders import parts_of
from sandbox.shop.order_details import full_order
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copied_data import (
    MARINA,
    Copied,
    Jobs,
    choose,
    give_key,
    kill_workers,
    lines,
    make_copy,
    plan_of,
    press,
    stored,
)
from tests.backup.shop_copies import ORDERS, keep_few_orders, lose_goods, lose_orders, rows_of_orders
from tests.backup.test_restore_of_data_cut_off import ProcessKilled, kill_after

pytestmark = pytest.mark.usefixtures("first_checks")

MONEY = ("paid", "payed", "deducted", "allowDelivery", "isReturn", "psStatus", "datePaid", "sum")


@pytest.fixture
def orders(first_checks: Actor, tmp_path: Path) -> Copied:
    """A copy of three orders; buyers are written to in no status."""
    keep_few_orders(first_checks.portal)
    for status in first_checks.portal.tables["order_status"]:
        first_checks.portal.tables["order_status"].update(status["id"], notify="N")
    return make_copy(first_checks, tmp_path, rows_of_orders(first_checks.portal))


def whole(portal: Portal, order: object) -> Row:
    """An order with its parts, as sale.order.get shows it."""
    return full_order(portal, portal.tables["order"].get(order) or {})


def basket_of(order: Row) -> list[tuple[Any, ...]]:
    fields = ("name", "price", "quantity", "productId", "vatIncluded", "measureCode")
    return sorted(tuple(one[name] for name in fields) for one in order["basketItems"])


def test_orders_that_are_gone_come_back_with_their_parts(orders: Copied, run_jobs: Jobs) -> None:
    portal = orders.actor.portal
    before = {number: whole(portal, number) for number in ORDERS}
    lose_orders(portal, *ORDERS)
    made = choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs)
    press(orders, made, run_jobs)
    assert stored(orders, made).state == RestoreState.DONE
    assert [(line.state, line.why) for line in lines(orders, made)] == [("created", "")] * 3
    for line in lines(orders, made):
        was, now = before[int(line.key)], whole(portal, int(line.new_key))
        for name in (
            "xmlId",
            "dateInsert",
            "personTypeId",
            "statusId",
            "currency",
            "price",
            "userId",
            "canceled",
        ):
            assert now[name] == was[name], name
        assert now["externalOrder"] == "Y"
        assert line.key in now["comments"]
        assert basket_of(now) == basket_of(was)
        said = {one["orderPropsId"]: one["value"] for one in was["propertyValues"] if one["value"]}
        assert {one["orderPropsId"]: one["value"] for one in now["propertyValues"]} == said
        parcels = [
            (one["deliveryId"], one["priceDelivery"], len(one["shipmentItems"])) for one in now["shipments"]
        ]
        assert parcels == [
            (one["deliveryId"], one["priceDelivery"], len(one["shipmentItems"])) for one in was["shipments"]
        ]
    first = whole(portal, int(lines(orders, made)[0].new_key))
    assert [one["code"] for one in first["basketItems"][0]["properties"]] == ["COLOUR"]


def test_nothing_that_was_paid_or_shipped_comes_back_as_such(orders: Copied, run_jobs: Jobs) -> None:
    portal = orders.actor.portal
    before = {number: whole(portal, number) for number in ORDERS}
    paid = [number for number, row in before.items() if row["payed"] == "Y"]
    assert paid
    lose_orders(portal, *ORDERS)
    made = choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs)
    told = {one.key: one.why.message for one in plan_of(orders, made).of(Action.CREATE)}
    assert {told[str(number)] for number in paid} == {WORDS[ShopLoss.PAID]}
    press(orders, made, run_jobs)
    for line in lines(orders, made):
        now, was = whole(portal, int(line.new_key)), before[int(line.key)]
        assert (now["payed"], now["deducted"], now["payments"]) == ("N", "N", [])
        assert {(one["deducted"], one["allowDelivery"]) for one in now["shipments"]} == {("N", "N")}
        assert all(f"{float(one['sum']):.2f}" in now["comments"] for one in was["payments"])


class Listener(HTTPAdapter):
    """Passes requests on to the portal and keeps the commands that they carry."""

    def __init__(self, world: World, kept: list[tuple[str, list[tuple[str, str]]]]) -> None:
        super().__init__()
        self.portal, self.kept = world.adapter(), kept

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        body = request.body or b"{}"
        given = json.loads(body) if body[:1] in (b"{", "{") else {}
        for command in (given.get("cmd") or {}).values():
            method, _, query = command.partition("?")
            self.kept.append((method, parse_qsl(query, keep_blank_values=True)))
        method = str(request.url).partition("?")[0].rpartition("/")[2]
        self.kept.append((method, [(name, str(value)) for name, value in _flat(given)]))
        return self.portal.send(request, *args, **more)


def _flat(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(one, f"{name}[{key}]")
    elif not name.startswith("[cmd]"):
        yield name, value


def test_no_request_of_a_restore_says_that_anything_is_paid(
    orders: Copied, run_jobs: Jobs, world: World, app: Flask
) -> None:
    portal = orders.actor.portal
    lose_orders(portal, *ORDERS)
    made = choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs)
    sent: list[tuple[str, list[tuple[str, str]]]] = []

    def listen() -> requests.Session:
        session = requests.Session()
        session.mount("https://", Listener(world, sent))
        return session

    app.extensions["services"] = replace(app.extensions["services"], http=listen)
    press(orders, made, run_jobs)
    assert stored(orders, made).state == RestoreState.DONE
    methods = {method for method, _ in sent}
    assert {"sale.order.add", "sale.basketitem.add", "sale.shipment.add", "sale.shipmentitem.add"} <= methods
    assert not {
        one
        for one in methods
        if one.startswith(("sale.payment", "sale.cashbox", "sale.paysystem.pay"))
        and not one.endswith(".list")
    }
    writes = [(method, fields) for method, fields in sent if method.endswith((".add", ".update", ".modify"))]
    said = {(name.rpartition("[")[2].strip("]"), value) for _, fields in writes for name, value in fields}
    assert {(name, value) for name, value in said if name in MONEY} == {
        ("deducted", "N"),
        ("allowDelivery", "N"),
    }


def test_pressed_twice_no_order_is_made_twice(orders: Copied, run_jobs: Jobs) -> None:
    portal = orders.actor.portal
    lose_orders(portal, *ORDERS)
    press(orders, choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs), run_jobs)
    count = len(portal.tables["order"])
    again = choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs)
    assert not plan_of(orders, again).to_write
    assert not plan_of(orders, choose(orders, all_gone("order"), run_jobs)).to_write
    assert len(portal.tables["order"]) == count


@pytest.mark.parametrize("requests_left", range(0, 26, 2))
def test_killed_at_any_point_the_next_press_finishes_it_without_doubles(
    orders: Copied, run_jobs: Jobs, world: World, app: Flask, requests_left: int
) -> None:
    portal = orders.actor.portal
    before = {number: whole(portal, number) for number in ORDERS}
    lose_orders(portal, *ORDERS)
    made = choose(orders, by_numbers("order", map(str, ORDERS)), run_jobs)
    with portal_scope(orders.actor.portal_id):
        allow_restores(by=MARINA, at=services().clock.now())
        begin(made, by=MARINA)
        db.session.commit()
    http = app.extensions["services"].http
    kill_after(app, world, requests_left)
    with suppress(ProcessKilled):
        put_back(made)
    db.session.remove()
    app.extensions["services"] = replace(app.extensions["services"], http=http)
    kill_workers()
    world.clock.advance(minutes=5)
    run_jobs()
    if stored(orders, made).state != RestoreState.DONE:
        with portal_scope(orders.actor.portal_id):
            go_on(made, by=MARINA)
            db.session.commit()
        run_jobs()
        give_key(orders, made, run_jobs)
    assert stored(orders, made).state == RestoreState.DONE
    assert [line.state for line in lines(orders, made)] == ["created"] * 3
    codes = [row["xmlId"] for row in portal.tables["order"]]
    assert all(codes.count(row["xmlId"]) == 1 for row in before.values())
    for line in lines(orders, made):
        now, was = whole(portal, int(line.new_key)), before[int(line.key)]
        assert basket_of(now) == basket_of(was)
        assert len(now["shipments"]) == len(was["shipments"])
        assert [len(one["shipmentItems"]) for one in now["shipments"]] == [
            len(one["shipmentItems"]) for one in was["shipments"]
        ]
        assert sum(
            len(parts_of(portal, "basket_property", "basketId", one["id"])) for one in now["basketItems"]
        ) == (line.key == str(min(ORDERS)))


def test_a_status_that_writes_to_buyers_is_not_given_to_an_order(orders: Copied, run_jobs: Jobs) -> None:
    portal, order = orders.actor.portal, ORDERS[0]
    status = (portal.tables["order"].get(order) or {})["statusId"]
    portal.tables["order_status"].update(status, notify="Y")
    lose_orders(portal, order)
    made = choose(orders, by_numbers("order", [str(order)]), run_jobs)
    press(orders, made, run_jobs)
    row = portal.tables["order"].get(lines(orders, made)[0].new_key) or {}
    assert row["statusId"] == "N"
    assert f"{status}." in row["comments"]


def test_goods_that_are_gone_stand_in_the_basket_by_name(orders: Copied, run_jobs: Jobs) -> None:
    portal, order = orders.actor.portal, ORDERS[0]
    was = whole(portal, order)
    lose_orders(portal, order)
    lose_goods(portal, *(one["productId"] for one in was["basketItems"]))
    made = choose(orders, by_numbers("order", [str(order)]), run_jobs)
    press(orders, made, run_jobs)
    (line,) = lines(orders, made)
    now = whole(portal, int(line.new_key))
    assert (line.state, line.why) == ("created", "")
    assert {one["productId"] for one in now["basketItems"]} == {0}
    assert [one["name"] for one in now["basketItems"]] == [one["name"] for one in was["basketItems"]]


def test_a_payer_type_that_is_gone_keeps_the_order_out(orders: Copied, run_jobs: Jobs) -> None:
    portal, order = orders.actor.portal, ORDERS[0]
    payer = (portal.tables["order"].get(order) or {})["personTypeId"]
    lose_orders(portal, order)
    portal.tables["person_type"].delete(payer)
    made = choose(orders, by_numbers("order", [str(order)]), run_jobs)
    plan = plan_of(orders, made)
    assert not plan.to_write
    assert WORDS[ShopLoss.PAYER] in {one.why.message for one in plan.of(Action.CANNOT)}


def test_an_order_is_found_by_the_number_that_people_see(
    orders: Copied, run_jobs: Jobs, tmp_path: Path
) -> None:
    order = ORDERS[0]
    lose_orders(orders.actor.portal, order)
    made = choose(orders, by_numbers("order", [str(order), "999999"]), run_jobs)
    plan = plan_of(orders, made)
    assert [one.key for one in plan.of(Action.CREATE)] == [str(order)]
    assert [one.key for one in plan.of(Action.CANNOT) if one.objects] == ["999999"]
