"""sale.order.add and delete, and the parts of an order: basket, its properties, values of properties, shipments."""

from __future__ import annotations

from typing import Any

from sandbox.methods.catalog_writes import demand_fields, typed
from sandbox.methods.sale_order import show_order
from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.added_orders import added_id, note_change, parts_of
from sandbox.shop.formats import iso
from sandbox.shop.new_orders import table_now
from sandbox.shop.order_details import BASKET_LINE
from sandbox.shop.order_parts import answer_ids, part_table, shipped_of_basket
from sandbox.shop.orders import BLANK_ORDER, BLANK_SHIPMENT

CLOSED = Refusal(200040300020, "Access Denied")
NO_ORDER = Refusal(200540400001, "order is not exists")
ORDER_FIELDS = (
    "lid", "personTypeId", "currency", "price", "discountValue", "statusId", "empStatusId", "dateInsert", "marked",
    "empMarkedId", "reasonMarked", "userDescription", "additionalInfo", "comments", "companyId", "responsibleId",
    "recurringId", "lockedBy", "recountFlag", "affiliateId", "updated1c", "orderTopic", "xmlId", "id1c", "version1c",
    "externalOrder", "canceled", "empCanceledId", "reasonCanceled", "userId",
)  # fmt: skip
PARTS = ("basket_item", "property_value", "payment", "shipment")


@method("sale.order.add", scope="sale", right="admin", denial=CLOSED)
def add_order(call: Call) -> Any:
    """sale.order.add (sale-order-add.md): a new order is never paid or shipped."""
    given = typed(demand_fields(call, "lid", "personTypeId", "currency"))
    if call.portal.tables["person_type"].get(given["personTypeId"]) is None:
        raise Refusal(0, "Person type not found")
    table, moment = table_now(call.portal, "order"), iso(call.portal.now())
    with call.world.lock:
        number = added_id(table)
        row: Row = {
            **BLANK_ORDER, "id": number, "accountNumber": str(number), "canceled": "N", "dateInsert": moment,
            "dateStatus": moment, "dateUpdate": moment, "dateCanceled": None, "dateMarked": None, "deducted": "N",
            "empCanceledId": None, "empMarkedId": None, "empStatusId": call.user.id, "externalOrder": "N", "marked": "N",
            "payed": "N", "price": 0, "reasonCanceled": "", "reasonMarked": "",
            "responsibleId": call.user.id, "statusId": "N", "userId": call.user.id,
            "xmlId": f"bx_{number:013x}",
        }  # fmt: skip
        row |= {name: given[name] for name in ORDER_FIELDS if name in given}
        table.add(row)
    shown = {name: value for name, value in row.items() if name not in ("dateLock", "version")}
    return {"order": shown | {"clients": [], "requisiteLink": []}}


@method("sale.order.delete", scope="sale", right="admin", denial=CLOSED)
def delete_order(call: Call) -> Any:
    """sale.order.delete: with everything of it; one that is paid stays (sale-order-delete.md)."""
    order = show_order(call)["order"]
    if any(one.get("paid") == "Y" for one in order["payments"]):
        raise Refusal("SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE", "Order has active payments")
    for name in PARTS:
        for row in parts_of(call.portal, name, "orderId", order["id"]):
            call.portal.tables[name].delete(row["id"])
    call.portal.tables["order"].delete(order["id"])
    return True


def _order(call: Call, number: object, refusal: Refusal) -> Row:
    row = table_now(call.portal, "order").get(number)
    if row is None:
        raise refusal
    return row


@method("sale.basketitem.add", scope="sale", right="admin", denial=Refusal(200040300010, "Access Denied"))
def add_basket_item(call: Call) -> Any:
    """sale.basketitem.add: an unknown or inactive product is refused, 0 means one that is not in the catalogue."""
    given = typed(demand_fields(call))
    if given.get("orderId") in (None, ""):
        raise Refusal(200140400008, "Required fields: fields[ORDER_ID]")
    order = _order(call, given["orderId"], Refusal(200140400009, "Order not found"))
    given = typed(demand_fields(call, "currency", "quantity"))
    if given["currency"] != order["currency"]:
        raise Refusal(200140400011, "Currency must be the currency of the order")
    product = _product(call, given.get("productId"))
    if str(given.get("productId", "")) != "0" and (product is None or product["active"] == "N"):
        raise Refusal(200140400007, "basket item is not saved - bad data")
    table, moment = part_table(call.portal, "basket_item"), iso(call.portal.now())
    with call.world.lock:
        number = added_id(table)
        row: Row = {
            **BASKET_LINE, "id": number, "dateInsert": moment, "dateUpdate": moment, "name": (product or {}).get("name"),
            "basePrice": 0, "price": 0, "sort": 100, "xmlId": f"bx_{number:013x}", "productXmlId": None, "dimensions": None,
            **given, "orderId": order["id"],
        }  # fmt: skip
        table.add(row)
        note_change(call.portal, order["id"])
    return {"basketItem": row | {"properties": [], "reservations": []}}


def _product(call: Call, number: object) -> Row | None:
    tables = (call.portal.tables.get(name) for name in ("product", "offer", "catalog_sku", "catalog_service"))
    return next((row for table in tables if table and (row := table.get(number))), None)


@method(
    "sale.basketproperties.add", scope="sale", right="admin", denial=Refusal(200040300010, "Access Denied")
)
def add_basket_property(call: Call) -> Any:
    """sale.basketproperties.add."""
    given = typed(demand_fields(call))
    if given.get("basketId") in (None, ""):
        raise Refusal(200240400004, "Basket item id is absent")
    if part_table(call.portal, "basket_item").get(given["basketId"]) is None:
        raise Refusal(200240400001, "basket item is not exists")
    given = typed(demand_fields(call, "name", "value", "code"))
    table = part_table(call.portal, "basket_property")
    number = added_id(table)
    return {"basketProperty": table.add({"id": number, "sort": 100, "xmlId": f"bx_{number:013x}", **given})}


@method("sale.propertyvalue.modify", scope="sale", right="admin", denial=CLOSED)
def modify_values(call: Call) -> Any:
    """sale.propertyvalue.modify: all values of an order at once; those that are not given are deleted."""
    given = as_map(demand_fields(call, "order")["order"])
    values = [as_map(one) for one in as_list(given.get("propertyValues"))]
    if given.get("id") in (None, "") or any(
        "orderPropsId" not in one or "value" not in one for one in values
    ):
        raise Refusal(0, "Required fields: id, propertyValues")
    order = _order(call, given["id"], Refusal(0, "Order not found"))
    table = part_table(call.portal, "property_value")
    with call.world.lock:
        for number in answer_ids(call.portal, order["id"]):
            table.delete(number)
        made = [_value(call, table, order, one) for one in values]
        note_change(call.portal, order["id"])
    return {
        "propertyValues": [
            {name: value for name, value in one.items() if name != "orderId"} for one in made if one
        ]
    }


def _value(call: Call, table: Table, order: Row, value: Row) -> Row | None:
    rule = call.portal.tables["order_property"].get(value["orderPropsId"])
    if rule is None:
        return None
    return table.add({
        "id": added_id(table), "orderId": order["id"], "code": rule["code"], "name": rule["name"],
        "orderPropsId": rule["id"], "orderPropsXmlId": rule["xmlId"], "value": value["value"],
    })  # fmt: skip


@method("sale.shipment.add", scope="sale", right="admin", denial=CLOSED)
def add_shipment(call: Call) -> Any:
    """sale.shipment.add: basePriceDelivery is taken as the price of the delivery, too."""
    given = typed(demand_fields(call, "orderId", "allowDelivery", "deducted", "deliveryId"))
    order = _order(call, given["orderId"], Refusal(0, "Order not found"))
    delivery = call.portal.tables["delivery"].get(given["deliveryId"])
    if delivery is None:
        raise Refusal("SALE_SHIPMENT_WRONG_DELIVERY_SERVICE", "Delivery service not found")
    table, moment = table_now(call.portal, "shipment"), iso(call.portal.now())
    with call.world.lock:
        number, price = added_id(table), given.get("basePriceDelivery", 0)
        row: Row = {
            **BLANK_SHIPMENT, "id": number, "accountNumber": f"{order['accountNumber']}/{number}", "canceled": "N",
            "dateInsert": moment, "dateAllowDelivery": None, "dateCanceled": None, "dateDeducted": None,
            "dateResponsibleId": moment, "deliveryName": delivery["NAME"], "empAllowDeliveryId": None,
            "empCanceledId": None, "empDeductedId": None, "empResponsibleId": call.user.id, "priceDelivery": price,
            "basePriceDelivery": price, "responsibleId": call.user.id, "statusId": "DN", "trackingNumber": "",
            "xmlId": f"bx_{number:013x}", **given, "orderId": order["id"],
        }  # fmt: skip
        table.add(row)
        note_change(call.portal, order["id"])
    return {"shipment": row | {"shipmentItems": []}}


@method("sale.shipmentitem.add", scope="sale", right="admin", denial=CLOSED)
def add_shipment_item(call: Call) -> Any:
    """sale.shipmentitem.add: a basket item is in a shipment once."""
    given = typed(demand_fields(call, "orderDeliveryId", "basketId", "quantity"))
    if table_now(call.portal, "shipment").get(given["orderDeliveryId"]) is None:
        raise Refusal(201240400002, "shipment is not exists")
    if part_table(call.portal, "basket_item").get(given["basketId"]) is None:
        raise Refusal(201240400003, "basket item is not exists")
    table = part_table(call.portal, "shipment_item")
    if any(
        str(row["orderDeliveryId"]) == str(given["orderDeliveryId"])
        for row in shipped_of_basket(call.portal, given["basketId"])
    ):
        raise Refusal(201250000001, "Duplicate entry for key [basketId, orderDeliveryId]")
    number = added_id(table)
    made = {
        "id": number,
        "dateInsert": iso(call.portal.now()),
        "reservedQuantity": 0,
        "xmlId": f"bx_{number:013x}",
    }
    return {"shipmentItem": table.add(made | given)}
