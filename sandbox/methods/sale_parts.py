"""sale.basketitem.list and the other lists of what an order is made of."""

from __future__ import annotations

from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, method
from sandbox.shop.order_parts import part_table


def _list(call: Call, name: str, wrap: str) -> Listing:
    return list_rows(
        part_table(call.portal, name),
        filter=call.get("filter"),
        order=call.get("order"),
        select=call.get("select"),
        start=call.start(),
        wrap=wrap,
    )


@method("sale.basketitem.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_basket_items(call: Call) -> Listing:
    """sale.basketitem.list."""
    return _list(call, "basket_item", "basketItems")


@method("sale.basketproperties.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_basket_properties(call: Call) -> Listing:
    """sale.basketproperties.list."""
    return _list(call, "basket_property", "basketProperties")


@method("sale.propertyvalue.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_property_values(call: Call) -> Listing:
    """sale.propertyvalue.list."""
    return _list(call, "property_value", "propertyValues")


@method("sale.shipmentitem.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_shipment_items(call: Call) -> Listing:
    """sale.shipmentitem.list."""
    return _list(call, "shipment_item", "shipmentItems")


@method("sale.paymentitembasket.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_payment_items(call: Call) -> Listing:
    """sale.paymentitembasket.list."""
    return _list(call, "payment_item", "paymentItemsBasket")


@method("sale.paymentItemShipment.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_payment_shipments(call: Call) -> Listing:
    """sale.paymentItemShipment.list."""
    return _list(call, "payment_shipment", "paymentItemsShipment")
