"""Lists of rows that belong to CRM items: product rows, comments, activities, requisites, addresses, history of stages."""

from __future__ import annotations

from typing import Any

from sandbox.methods.crm_item import TABLES, allowed
from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.filters import matches, read_filter
from sandbox.rest.list_parameters import as_list, as_map, as_number, narrow_by_date
from sandbox.rest.listing import PAGE, list_rows, read_order, sort_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.new_orders import table_now
from sandbox.shop.relations import hanging_on, relation_table, type_of

CLOSED = Refusal(0, "Access denied.")
NO_PERMISSION = Refusal("ACCESS_DENIED", "Доступ запрещен")
HISTORIES = {1: "lead_history", 2: "deal_history", 5: "old_invoice_history", 31: "invoice_history"}


@method("crm.item.productrow.list", scope="crm")
def list_product_rows(call: Call) -> Listing:
    """crm.item.productrow.list: the filter must name one owner (crm-item-productrow-list.md)."""
    wanted = as_map(call.get("filter"))
    if "=ownerType" not in wanted or "=ownerId" not in wanted:
        raise Refusal("100", "Could not find value for parameter {filter[=ownerType], filter[=ownerId]}")
    if type_of(str(wanted["=ownerType"])) not in TABLES:
        raise Refusal("INVALID_ARG_VALUE", "Invalid value of ownerType")
    if not allowed(call, "crm_read"):
        raise NO_PERMISSION
    rows = hanging_on(call.portal, "product_row", as_number(wanted["=ownerId"]))
    return _short_list(call, rows, "id", wrap="productRows")


@method("crm.timeline.comment.list", scope="crm")
def list_comments(call: Call) -> Listing:
    """crm.timeline.comment.list: the filter must name one item."""
    wanted = as_map(call.get("filter"))
    if not as_number(wanted.get("ENTITY_ID")) or not type_of(str(wanted.get("ENTITY_TYPE") or "")):
        raise Refusal("", "Access denied.")
    if not allowed(call, "crm_read"):
        raise Refusal("", "Access denied.")
    rows = hanging_on(call.portal, "comment", as_number(wanted["ENTITY_ID"]))
    return _short_list(call, rows, "ID")


@method("crm.address.list", scope="crm")
def list_addresses(call: Call) -> Listing:
    """crm.address.list: addresses have no id of their own."""
    if not allowed(call, "crm_read"):
        raise Refusal(0, "Access denied")
    wanted = as_map(call.get("filter"))
    owner = as_number(wanted.get("ENTITY_ID"))
    table = relation_table(call.portal, "address")
    rows = hanging_on(call.portal, "address", owner) if owner else iter(table)
    return _short_list(call, ({k: v for k, v in row.items() if k != "_id"} for row in rows), "ENTITY_ID")


@method("crm.activity.list", scope="crm")
def list_activities(call: Call) -> Listing:
    """crm.activity.list: what the caller may not see is left out."""
    table = relation_table(call.portal, "activity")
    given = (
        narrow_by_date(table, call.get("filter"), "LAST_UPDATED")
        if not table.touched()
        else call.get("filter")
    )
    return list_rows(
        table,
        filter=given,
        order=call.get("order"),
        select=call.get("select"),
        start=call.start(),
        where=None if allowed(call, "crm_read") else lambda _row: False,
    )


@method("crm.requisite.list", scope="crm")
def list_requisites(call: Call) -> Listing:
    """crm.requisite.list."""
    return _table(call, relation_table(call.portal, "requisite"))


@method("crm.requisite.bankdetail.list", scope="crm")
def list_bank_details(call: Call) -> Listing:
    """crm.requisite.bankdetail.list."""
    return _table(call, relation_table(call.portal, "bank_detail"))


@method("crm.requisite.link.list", scope="crm")
def list_requisite_links(call: Call) -> Listing:
    """crm.requisite.link.list: which requisites an item names; a link has no id of its own."""
    links = call.portal.tables.setdefault("requisite_link", Table(key="_id"))
    rows = ({k: v for k, v in row.items() if k != "_id"} for row in links)
    if not allowed(call, "crm_read"):
        raise CLOSED
    return _short_list(call, rows, "ENTITY_ID")


@method("crm.orderentity.list", scope="crm", right="admin", denial=SALE_DENIED)
def list_order_bindings(call: Call) -> Listing:
    """crm.orderentity.list: which orders are bound to which items; all of them at once with start -1."""
    table = relation_table(call.portal, "order_entity")
    conditions = read_filter(call.get("filter"), None)
    names = [str(name) for name in as_list(call.get("select"))] or ["orderId", "ownerId", "ownerTypeId"]
    order = read_order(call.get("order")) or [("ownerId", False)]
    rows_found = sort_rows((row for row in table if matches(row, conditions)), order)
    found = [{name: row[name] for name in names} for row in rows_found]
    rows = found if call.start() < 0 else found[call.start() : call.start() + PAGE]
    return Listing(rows, len(found), "orderEntity", max(call.start(), 0))


@method("crm.orderentity.add", scope="crm", right="admin", denial=SALE_DENIED)
def bind_order(call: Call) -> Row:
    """crm.orderentity.add: an order has one binding, a new one replaces it (order-entity/index.md)."""
    fields = as_map(call.get("fields"))
    missing = [name for name in ("orderId", "ownerTypeId", "ownerId") if not as_number(fields.get(name))]
    if missing:
        raise Refusal("0", f"Required fields: {', '.join(missing)}")
    row = {name: as_number(fields[name]) for name in ("orderId", "ownerId", "ownerTypeId")}
    if table_now(call.portal, "order").get(row["orderId"]) is None:
        raise Refusal("200540400001", "order does not exist")
    table = relation_table(call.portal, "order_entity")
    if table.get(row["orderId"]) == row:
        raise Refusal("201650000001", "Duplicate entry for key [ownerId, ownerTypeId, orderId]")
    with call.world.lock:
        table.delete(row["orderId"])
        table.add(row)
    return {"dealOrder": row}


@method("crm.stagehistory.list", scope="crm")
def list_stage_history(call: Call) -> Listing:
    """crm.stagehistory.list: when an item came to which stage."""
    kind = as_number(call.get("entityTypeId"))
    if kind not in HISTORIES:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", "Entity type TYPE is not supported")
    table = call.portal.tables.setdefault(HISTORIES[kind], Table(key="ID"))
    listing = _table(call, table, narrow_by_date(table, call.get("filter"), "CREATED_TIME"))
    return Listing(listing.rows, listing.total, "items", listing.start)


def _table(call: Call, table: Table, given: Any = None) -> Listing:
    if not allowed(call, "crm_read"):
        raise CLOSED
    wanted = call.get("filter") if given is None else given
    return list_rows(
        table, filter=wanted, order=call.get("order"), select=call.get("select"), start=call.start()
    )


def _short_list(call: Call, rows: Any, key: str, wrap: str | None = None) -> Listing:
    """A list of few rows: filtered, sorted, selected, in pages."""
    conditions = read_filter(call.get("filter"), None)
    found: list[Row] = sorted(
        (row for row in rows if matches(row, conditions)), key=lambda row: as_number(row.get(key))
    )
    few = Table(({"_place": place, **row} for place, row in enumerate(found)), key="_place")
    names = [str(name) for name in as_list(call.get("select"))]
    listing = list_rows(few, order=call.get("order"), select=names or None, start=call.start(), wrap=wrap)
    shown = [{name: value for name, value in row.items() if name != "_place"} for row in listing.rows]
    return Listing(shown, listing.total, wrap, listing.start)
