"""crm.item.productrow.set, crm.requisite.add, crm.requisite.bankdetail.add, crm.address.add."""

from __future__ import annotations

from typing import Any

from sandbox.methods.crm_item import TABLES, allowed
from sandbox.methods.refusals import CRM_CLOSED
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.formats import iso
from sandbox.shop.new_orders import table_now
from sandbox.shop.relations import REQUISITE, relation_table, type_of

CONTACT, COMPANY, LEAD = 3, 4, 1
NOT_DEFINED = "{} is not defined or invalid."


@method("crm.item.productrow.set", scope="crm")
def set_product_rows(call: Call) -> Any:
    """crm.item.productrow.set: the given rows replace all rows of the item."""
    owner_type, owner = str(call.get("ownerType") or ""), as_number(call.get("ownerId"))
    table = TABLES.get(type_of(owner_type))
    if table is None or table_now(call.portal, table).get(owner) is None:
        raise Refusal("OWNER_NOT_FOUND", "Owner was not found")
    if not allowed(call, "crm_write"):
        raise CRM_CLOSED
    rows = relation_table(call.portal, "product_row")
    with call.world.lock:
        for row in [one for one in rows if one["ownerType"] == owner_type and one["ownerId"] == owner]:
            rows.delete(row["id"])
        given = [as_map(one) for one in as_list(call.get("productRows"))]
        made = [rows.add(_product_row(call, rows.next_id(), owner_type, owner, one)) for one in given]
    return {"productRows": made}


def _product_row(call: Call, row_id: int, owner_type: str, owner: int, given: dict[str, Any]) -> Row:
    product = call.portal.tables["product"].get(given.get("productId")) or {}
    price = _number(given.get("price"))
    discount = _number(given.get("discountSum"))
    tax = given.get("taxRate")
    without = price / (1 + _number(tax) / 100) if str(given.get("taxIncluded")) == "Y" else price
    return {
        "id": row_id,
        "ownerId": owner,
        "ownerType": owner_type,
        "productId": as_number(given.get("productId")),
        "productName": str(given.get("productName") or product.get("name") or ""),
        "price": price,
        "priceAccount": price,
        "priceExclusive": round(without, 2),
        "priceNetto": round(without + discount, 2),
        "priceBrutto": round(price + discount, 2),
        "quantity": _number(given.get("quantity", 1)),
        "discountTypeId": as_number(given.get("discountTypeId")) or 2,
        "discountRate": _number(given.get("discountRate")),
        "discountSum": discount,
        "taxRate": None if tax in (None, "") else _number(tax),
        "taxIncluded": str(given.get("taxIncluded") or "N"),
        "customized": "Y",
        "measureCode": as_number(given.get("measureCode")) or 796,
        "measureName": "шт",
        "sort": as_number(given.get("sort")) or 10,
        "xmlId": "",
        "type": 1 if not product else 4,
    }


@method("crm.requisite.add", scope="crm")
def add_requisite(call: Call) -> int:
    """crm.requisite.add: of a contact or a company, by a preset."""
    fields = as_map(call.get("fields"))
    kind = as_number(fields.get("ENTITY_TYPE_ID"))
    if kind not in (CONTACT, COMPANY):
        raise Refusal("", NOT_DEFINED.format("ENTITY_TYPE_ID"))
    for name in ("ENTITY_ID", "PRESET_ID"):
        if not as_number(fields.get(name)):
            raise Refusal("", NOT_DEFINED.format(name))
    if table_now(call.portal, TABLES[kind]).get(fields["ENTITY_ID"]) is None:
        raise Refusal("", "Entity not found.")
    return _add(call, "requisite", fields)


@method("crm.requisite.bankdetail.add", scope="crm")
def add_bank_detail(call: Call) -> int:
    """crm.requisite.bankdetail.add: belongs to a requisite."""
    fields = as_map(call.get("fields"))
    if relation_table(call.portal, "requisite").get(fields.get("ENTITY_ID")) is None:
        raise Refusal("", NOT_DEFINED.format("ENTITY_ID"))
    return _add(call, "bank_detail", fields)


@method("crm.address.add", scope="crm")
def add_address(call: Call) -> bool:
    """crm.address.add: one of each type for a requisite or a lead."""
    fields = as_map(call.get("fields"))
    for name in ("TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID"):
        if not as_number(fields.get(name)):
            raise Refusal("", NOT_DEFINED.format(name))
    if not allowed(call, "crm_write"):
        raise Refusal("", "Access denied.")
    key = {name: str(fields[name]) for name in ("TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID")}
    table = relation_table(call.portal, "address")
    if any(all(str(row.get(name)) == value for name, value in key.items()) for row in table):
        raise Refusal("", "TypeAddress exists.")
    with call.world.lock:
        table.add({"_id": table.next_id(), **_texts(fields), **_anchor(call, key)})
    return True


def _anchor(call: Call, key: dict[str, str]) -> Row:
    requisite = relation_table(call.portal, "requisite").get(key["ENTITY_ID"])
    if key["ENTITY_TYPE_ID"] != str(REQUISITE) or requisite is None:
        return {"ANCHOR_TYPE_ID": key["ENTITY_TYPE_ID"], "ANCHOR_ID": key["ENTITY_ID"]}
    return {"ANCHOR_TYPE_ID": requisite["ENTITY_TYPE_ID"], "ANCHOR_ID": requisite["ENTITY_ID"]}


def _add(call: Call, name: str, fields: dict[str, Any]) -> int:
    if not allowed(call, "crm_write"):
        raise Refusal("", "Access denied.")
    table = relation_table(call.portal, name)
    now, me = iso(call.portal.now()), str(call.user.id)
    made = {"DATE_CREATE": now, "DATE_MODIFY": "", "CREATED_BY_ID": me, "MODIFY_BY_ID": ""}
    with call.world.lock:
        new = table.next_id()
        table.add({**_texts(fields), **made, "ID": str(new)})
    return new


def _texts(fields: dict[str, Any]) -> Row:
    return {name: None if value is None else str(value) for name, value in fields.items() if name != "ID"}


def _number(value: Any) -> float:
    try:
        found = float(value or 0)
    except (TypeError, ValueError):
        return 0
    return int(found) if found.is_integer() else found
