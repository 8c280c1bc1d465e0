"""Orders that came by REST and not by the history of sales: their numbers, their parts, their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import assumptions
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso

if TYPE_CHECKING:
    from sandbox.portal import Portal

FIRST_ADDED = 50_000_001
"""Numbers of what REST adds are above those of the history, which gives the next ones to the next sales."""


def added_id(table: Table) -> int:
    """Return the number of the next row that REST adds."""
    return max(FIRST_ADDED, table.next_id())


def parts_of(portal: Portal, name: str, owner: str, number: object) -> list[Row]:
    """Return the added parts of an order, or of a part of it."""
    table = portal.tables.get(name, Table(key="id"))
    return [row for row in map(table.get, table.touched()) if row and str(row.get(owner)) == str(number)]


def note_change(portal: Portal, order_id: object) -> None:
    """Count the sum of an added order anew, and keep when it was changed."""
    goods = parts_of(portal, "basket_item", "orderId", order_id)
    parcels = parts_of(portal, "shipment", "orderId", order_id)
    total = sum(float(one["price"]) * float(one["quantity"]) for one in goods)
    total += sum(float(one["priceDelivery"] or 0) for one in parcels)
    counted = {"price": round(total, 2)} if assumptions.ORDER_SUM_IS_COUNTED else {}
    portal.tables["order"].update(order_id, dateUpdate=iso(portal.now()), **counted)


def added_order(portal: Portal, row: Row) -> Row:
    """Build an added order as sale.order.get returns it."""
    shipments = [
        one | {"shipmentItems": parts_of(portal, "shipment_item", "orderDeliveryId", one["id"])}
        for one in parts_of(portal, "shipment", "orderId", row["id"])
    ]
    baskets = [
        one | {"properties": parts_of(portal, "basket_property", "basketId", one["id"]), "reservations": []}
        for one in parts_of(portal, "basket_item", "orderId", row["id"])
    ]
    return row | {
        "basketItems": baskets,
        "clients": [],
        "payments": parts_of(portal, "payment", "orderId", row["id"]),
        "propertyValues": parts_of(portal, "property_value", "orderId", row["id"]),
        "requisiteLink": [],
        "shipments": shipments,
        "tradeBindings": [],
    }
