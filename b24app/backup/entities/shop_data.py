"""Orders of the shop with payments, shipments, baskets and property values. Pure."""

from collections.abc import Iterator, Mapping

from b24app.backup.entities.entity import Back, Entity, PortalShape, Tier
from b24app.text.messages import N_

SCOPE = "sale"
SOURCES = N_("Bitrix24 takes no sources of orders from applications: they stay readable in the copy.")
MONEY = N_("Payments and receipts are never put back as paid: they stay readable in the copy.")

ORDER = N_("An order comes back under a new number, without its payments.")
SHIPMENT = N_("Shipments come back as not shipped.")


def entities(shape: PortalShape) -> Iterator[Entity]:  # noqa: ARG001 - the same in every portal
    """An order before its parts."""
    yield _list("order", N_("Orders"), "sale.order.list", {}, changed="dateUpdate", note=ORDER)
    order = {"orderId": "order"}
    yield _list("basket_item", N_("Baskets"), "sale.basketitem.list", order, changed="dateUpdate")
    yield _list(
        "basket_property",
        N_("Properties of basket items"),
        "sale.basketproperties.list",
        {"basketId": "basket_item"},
    )
    yield _list("property_value", N_("Values of order properties"), "sale.propertyvalue.list", order)
    yield _list("payment", N_("Payments"), "sale.payment.list", order, note=MONEY, back=Back.NONE)
    yield _list("shipment", N_("Shipments"), "sale.shipment.list", order, note=SHIPMENT)
    yield _list(
        "shipment_item",
        N_("Items of shipments"),
        "sale.shipmentitem.list",
        {"orderDeliveryId": "shipment", "basketId": "basket_item"},
    )
    yield _list(
        "payment_item",
        N_("Items of payments"),
        "sale.paymentitembasket.list",
        {"paymentId": "payment", "basketId": "basket_item"},
        note=MONEY,
        back=Back.NONE,
    )
    yield _list(
        "payment_shipment",
        N_("Shipments of payments"),
        "sale.paymentItemShipment.list",
        {"paymentId": "payment", "shipmentId": "shipment"},
        note=MONEY,
        back=Back.NONE,
    )
    yield _list(
        "order_source", N_("Sources of orders"), "sale.tradeBinding.list", order, note=SOURCES, back=Back.NONE
    )
    yield _binding()


def _binding() -> Entity:
    """An order is bound to one deal or invoice, so its own id names the binding (crm/universal/order-entity/index.md)."""
    return Entity(
        "order_binding",
        N_("Orders bound to deals and invoices"),
        Tier.DATA,
        "crm.orderentity.list",
        "crm",
        {"select": ["orderId", "ownerId", "ownerTypeId"]},
        id="orderId",
        parts={"orderId": "order"},
    )


def _list(
    code: str,
    title: str,
    method: str,
    parts: Mapping[str, str],
    *,
    changed: str = "",
    note: str = "",
    back: Back = Back.WRITE,
) -> Entity:
    return Entity(code, title, Tier.DATA, method, SCOPE, changed=changed, back=back, note=note, parts=parts)
