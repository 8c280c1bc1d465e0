"""Copies of the sandbox's shop: what the lists of goods and orders show, as a copy holds it."""

from __future__ import annotations

from collections.abc import Iterable

from b24app.json_values import JsonObject
from sandbox.portal import Portal
from sandbox.rest.table import Row
from sandbox.shop.further_settings import settings_table
from sandbox.shop.new_orders import table_now
from sandbox.shop.order_parts import part_table
from sandbox.shop.products import FIRST_OFFER, FIRST_PRODUCT

PRODUCTS = (FIRST_PRODUCT + 1, FIRST_PRODUCT + 2, FIRST_PRODUCT + 3)
WITH_VARIANTS = FIRST_PRODUCT
VARIANTS = (FIRST_OFFER, FIRST_OFFER + 1, FIRST_OFFER + 2)
ORDERS = (1010, 1011, 1012)
Rows = dict[str, list[tuple[str, JsonObject]]]


def rows_of_goods(portal: Portal) -> Rows:
    """Sections, the first goods with their variants, prices and stock."""
    products = [portal.tables["product"].get(FIRST_PRODUCT + place) or {} for place in range(12)]
    offers = [portal.tables["offer"].get(FIRST_OFFER + place) or {} for place in range(9)]
    numbers = {row["id"] for row in (*products, *offers)}
    prices = [row for row in portal.tables["price"] if row["productId"] in numbers]
    stock = [row for row in portal.tables["store_product"] if row["productId"] in numbers]
    return {
        "catalogue_section": _lines(settings_table(portal, "section")),
        "product": _lines(products),
        "offer": _lines(offers),
        "price": _lines(prices),
        "stock": _lines(stock),
    }


def keep_few_orders(portal: Portal) -> None:
    """Leave the first forty orders: a list of parts builds those of every order."""
    for name in ("order", "payment", "shipment", "trade_binding"):
        table = table_now(portal, name)
        for number in table.ids[:39:-1]:
            table.delete(number)


def rows_of_orders(portal: Portal, orders: Iterable[int] = ORDERS) -> Rows:
    """These orders with everything that belongs to them."""
    wanted = set(orders)
    found: Rows = {"order": _lines(row for row in table_now(portal, "order") if row["id"] in wanted)}
    for name in ("payment", "shipment"):
        found[name] = _lines(row for row in table_now(portal, name) if row["orderId"] in wanted)
    for name in ("basket_item", "property_value"):
        found[name] = _lines(row for row in part_table(portal, name) if row["orderId"] in wanted)
    parcels = {row["id"] for _, row in found["shipment"]}
    inside = (row for row in part_table(portal, "shipment_item") if row["orderDeliveryId"] in parcels)
    baskets = {key for key, _ in found["basket_item"]}
    own: Row = {
        "id": 1,
        "basketId": int(min(baskets)),
        "name": "Colour",
        "value": "blue",
        "code": "COLOUR",
    }
    return found | {"shipment_item": _lines(inside), "basket_property": [("1", own)]}


def _lines(rows: Iterable[Row]) -> list[tuple[str, JsonObject]]:
    return [(str(row["id"]), dict(row)) for row in rows]


def lose_goods(portal: Portal, *goods: int) -> None:
    """Delete goods with their prices."""
    for name in ("product", "offer"):
        for number in goods:
            portal.tables[name].delete(number)
    prices = portal.tables["price"]
    for price in [row["id"] for row in prices if row["productId"] in goods]:
        prices.delete(price)


def lose_orders(portal: Portal, *orders: int) -> None:
    """Delete orders with everything that belongs to them."""
    table_now(portal, "order")
    for name in ("payment", "shipment", "basket_item", "property_value"):
        table = portal.tables[name]
        for row in [one for one in table if one["orderId"] in orders]:
            table.delete(row["id"])
    for order in orders:
        portal.tables["order"].delete(order)
