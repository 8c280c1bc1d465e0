"""One order in full: basket, payments, shipments, buyer's answers, source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.rest.table import Row
from sandbox.shop.added_orders import FIRST_ADDED, added_order
from sandbox.shop.formats import iso
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, Line, OrderHistory, Sale
from sandbox.shop.pay_systems import PERSON
from sandbox.shop.products import FIRST_PRODUCT

if TYPE_CHECKING:
    from sandbox.portal import Portal

_DIMENSIONS = 'a:3:{s:5:"WIDTH";N;s:6:"HEIGHT";N;s:6:"LENGTH";N;}'


BASKET_LINE: Row = {
    "barcodeMulti": "N",
    "canBuy": "Y",
    "catalogXmlId": "sandbox-catalog",
    "currency": "RUB",
    "customPrice": "N",
    "dateRefresh": None,
    "discountPrice": 0,
    "fuserId": 4,
    "lid": "s1",
    "measureCode": "796",
    "measureName": "шт",
    "module": "catalog",
    "notes": "BASE",
    "priceTypeId": 1,
    "productProviderClass": "\\Bitrix\\Catalog\\Product\\CatalogProvider",
    "subscribe": "N",
    "vatIncluded": "Y",
    "vatRate": 0.22,
    "weight": 0,
}


def full_order(portal: Portal, row: Row) -> Row:
    """Build an order as sale.order.get returns it."""
    if row["id"] >= FIRST_ADDED:
        return added_order(portal, row)
    history: OrderHistory = portal.extra["order_history"]
    sale = history.sale(row["id"] - FIRST_ORDER)
    lines = [basket_line(portal, sale, place) for place in range(len(sale.lines))]
    payment = portal.tables["payment"].get(FIRST_PAYMENT + sale.index)
    shipment = portal.tables["shipment"].get(FIRST_SHIPMENT + sale.index)
    binding = portal.tables["trade_binding"].get(sale.index + 1)
    return row | {
        "basketItems": lines,
        "clients": [_client(row["id"], history.buyer(sale.index))],
        "payments": [payment] if payment else [],
        "propertyValues": _answers(portal, sale, history.buyer(sale.index)),
        "requisiteLink": {"bankDetailId": 0, "mcBankDetailId": 0, "mcRequisiteId": 0, "requisiteId": 0},
        "shipments": [shipment | {"shipmentItems": _parcel(lines, shipment)}] if shipment else [],
        "tradeBindings": [binding] if binding else [],
    }


def basket_number(index: int, place: int) -> int:
    """Return the number of one line in the basket of a sale: at most four lines are in one."""
    return (FIRST_ORDER + index) * 4 + place


def basket_line(portal: Portal, sale: Sale, place: int) -> Row:
    """Build one line of a basket."""
    line: Line = sale.lines[place]
    goods = portal.extra["goods"]
    order_id, number = FIRST_ORDER + sale.index, basket_number(sale.index, place)
    placed = iso(sale.placed)
    row: dict[str, Any] = dict.fromkeys(
        (
            "detailPageUrl",
            "discountCoupon",
            "discountName",
            "discountValue",
            "recommendation",
            "setParentId",
            "type",
        ),
        "",
    )
    return row | {
        **BASKET_LINE,
        "basePrice": line.price,
        "dateInsert": placed,
        "dateUpdate": placed,
        "dimensions": _DIMENSIONS,
        "id": str(number),
        "name": goods.name(line.product - FIRST_PRODUCT),
        "orderId": str(order_id),
        "price": line.price,
        "productId": line.product,
        "productPriceId": line.product - FIRST_PRODUCT + 1,
        "productXmlId": f"item-{line.product}",
        "properties": [],
        "quantity": line.quantity,
        "reservations": [],
        "sort": 100 * (place + 1),
        "xmlId": f"bx_l{number:012x}",
    }


def _client(order_id: int, contact: int) -> Row:
    return {
        "entityId": contact,
        "entityTypeId": 3,
        "id": order_id,
        "isPrimary": "Y",
        "orderId": order_id,
        "roleId": 0,
        "sort": 0,
    }


def _parcel(lines: list[Row], shipment: Row) -> list[Row]:
    return [
        {
            "basketId": int(line["id"]),
            "dateInsert": shipment["dateInsert"],
            "id": int(line["id"]),
            "orderDeliveryId": shipment["id"],
            "quantity": line["quantity"],
            "reservedQuantity": line["quantity"],
            "xmlId": line["xmlId"],
        }
        for line in lines
    ]


def _answers(portal: Portal, sale: Sale, buyer: int) -> list[Row]:
    asked = [row for row in portal.tables["order_property"] if row["personTypeId"] == (sale.person or PERSON)]
    answers = buyer_answers(portal, buyer, asked)
    return [{"id": sale.index * 10 + place} | answer for place, answer in enumerate(answers)]


def buyer_answers(portal: Portal, buyer: int, asked: list[Row]) -> list[Row]:
    """Return a buyer's values of these properties of an order, from his contact in the portal."""
    contact = portal.tables["contact"].get(buyer) or {}
    said = {
        "FIO": f"{contact.get('name', '')} {contact.get('lastName', '')}".strip(),
        "EMAIL": contact.get("email"),
        "PHONE": contact.get("phone"),
        "ADDRESS": contact.get("address"),
    }
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "orderPropsId": row["id"],
            "orderPropsXmlId": row["xmlId"],
            "value": said.get(row["code"]),
        }
        for row in asked
    ]
