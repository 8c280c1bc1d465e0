"""sale.order/payment/shipment/tradeBinding and the dictionaries of the shop: all need the administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.methods.order_settings_writes import added_names
from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.list_parameters import as_map, narrow_by_date
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Table
from sandbox.shop.new_orders import table_now
from sandbox.shop.order_details import full_order
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, OrderHistory

YES_NO = ("Y", "N")
CHOSEN = {
    "payment": ("paySystemId", "pay_system", 0, FIRST_PAYMENT),
    "shipment": ("deliveryId", "delivery", 1, FIRST_SHIPMENT),
}


@method("sale.order.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_orders(call: Call) -> Listing:
    """sale.order.list."""
    return _trade(call, "order", "orders", "dateInsert")


@method("sale.payment.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_payments(call: Call) -> Listing:
    """sale.payment.list."""
    return _trade(call, "payment", "payments", "dateBill")


@method("sale.shipment.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_shipments(call: Call) -> Listing:
    """sale.shipment.list."""
    return _trade(call, "shipment", "shipments", "dateInsert")


@method("sale.tradeBinding.list", scope="sale", denial=SALE_DENIED)
def list_bindings(call: Call) -> Listing:
    """sale.tradeBinding.list: which source each order came from."""
    return _trade(call, "trade_binding", "tradeBindings", "")


@method("sale.order.get", scope="sale", right="admin", denial=SALE_DENIED)
def show_order(call: Call) -> Any:
    """sale.order.get: an order with its basket, payments, shipments, properties."""
    if call.get("id") in (None, ""):
        raise Refusal(100, "Could not find value for parameter {id}")
    row = table_now(call.portal, "order").get(call.get("id"))
    if row is None:
        raise Refusal(200540400001, "order is not exists")
    return {"order": full_order(call.portal, row)}


@method("sale.payment.get", scope="sale", right="admin", denial=SALE_DENIED)
def show_payment(call: Call) -> Any:
    """sale.payment.get."""
    row = table_now(call.portal, "payment").get(call.get("id"))
    if row is None:
        raise Refusal(200640400001, "payment is not exists")
    return {"payment": row}


@method("sale.status.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_order_statuses(call: Call) -> Listing:
    """sale.status.list."""
    return _plain(call, "order_status", "statuses")


@method("sale.statusLang.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_status_names(call: Call) -> Listing:
    """sale.statusLang.list: names of order statuses, not paged here: there are fewer than fifty."""
    wanted = as_map(call.get("filter")).get("statusId")
    rows = [row for row in added_names(call) if wanted in (None, row["statusId"])]
    return Listing(rows, len(rows), "statusLangs")


@method("sale.persontype.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_payers(call: Call) -> Listing:
    """sale.persontype.list; the page forgets the `result` wrapper, the portal does not."""
    return _plain(call, "person_type", "personTypes")


@method("sale.property.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_properties(call: Call) -> Listing:
    """sale.property.list: fields of the checkout."""
    return _plain(call, "order_property", "properties")


@method("sale.tradePlatform.list", scope="sale", denial=SALE_DENIED)
def list_platforms(call: Call) -> Listing:
    """sale.tradePlatform.list: inner sources of orders."""
    return _plain(call, "trade_platform", "tradePlatforms")


def _trade(call: Call, name: str, wrap: str, dated: str) -> Listing:
    table = table_now(call.portal, name)
    wanted = narrow_by_date(table, call.get("filter"), dated) if dated else call.get("filter")
    return list_rows(
        table,
        filter=wanted,
        order=call.get("order"),
        select=call.get("select"),
        start=call.start(),
        wrap=wrap,
        likely=_likely(call.portal.extra["order_history"], table, name, as_map(wanted)),
    )


def _likely(
    history: OrderHistory, table: Table, name: str, wanted: Mapping[str, Any]
) -> Callable[[Any], bool] | None:
    """Skip sales that by the history of orders alone cannot match the filter."""
    if name == "order":
        return _likely_order(history, table, wanted)
    if name not in CHOSEN:
        return None
    field, kind, place, first = CHOSEN[name]
    way = str(wanted.get(field, ""))
    if not way.isdigit():
        return None
    if not history.may_choose(kind, int(way)):
        return table.changed
    return lambda row_id: table.changed(row_id) or history.choices(row_id - first)[place] == int(way)


def _likely_order(
    history: OrderHistory, table: Table, wanted: Mapping[str, Any]
) -> Callable[[Any], bool] | None:
    tests: dict[str, Callable[[int], bool]] = {
        "marked": history.is_marked,
        "canceled": history.is_canceled,
        "payed": history.is_paid,
        "externalOrder": lambda index: bool(history.market_of(index)),
    }
    asked = [
        (tests[name], value == "Y") for name, value in wanted.items() if name in tests and value in YES_NO
    ]
    if not asked:
        return None
    return lambda row_id: (
        table.changed(row_id) or all(test(row_id - FIRST_ORDER) is wish for test, wish in asked)
    )


def _plain(call: Call, name: str, wrap: str) -> Listing:
    return list_rows(
        call.portal.tables[name],
        filter=call.get("filter"),
        order=call.get("order"),
        select=call.get("select"),
        start=call.start(),
        wrap=wrap,
    )
