"""sale.status, sale.statusLang, sale.persontype, sale.property: add, update, delete."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions
from sandbox.methods.catalog_writes import CLOSED, demand_fields
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.further_settings import delete_parts
from sandbox.shop.reference_data import status_names

SYSTEM_STATUSES = frozenset({"N", "F", "DN", "DF"})
PROTECTED_PAYERS = frozenset({"CRM_CONTACT", "CRM_COMPANY"})
MOST_STATUS = 2


def _row(call: Call, table: str, code: int, words: str) -> Row:
    row = call.portal.tables[table].get(call.get("id"))
    if row is None:
        raise Refusal(code, words)
    return row


@method("sale.status.add", scope="sale", right="admin", denial=CLOSED)
def add_status(call: Call) -> Any:
    """sale.status.add: the id is a code of its own, unique over both types."""
    given = demand_fields(call, "id", "type")
    if given["type"] not in ("O", "D"):
        raise Refusal(201350000003, "wrong type")
    if len(str(given["id"])) > MOST_STATUS:
        raise Refusal(201350000005, "id is too long")
    table = call.portal.tables["order_status"]
    if table.get(given["id"]) is not None:
        raise Refusal(201350000001, "Duplicate entry for key [id]")
    first: Row = {"color": None, "notify": "Y", "sort": 100, "xmlId": None}
    return {
        "status": table.add(first | {name: given[name] for name in (*first, "id", "type") if name in given})
    }


@method("sale.status.update", scope="sale", right="admin", denial=CLOSED)
def update_status(call: Call) -> Any:
    """sale.status.update: the type is required each time."""
    row, given = _row(call, "order_status", 201340400001, "status is not exists"), demand_fields(call, "type")
    changes = {name: given[name] for name in ("color", "notify", "sort", "xmlId") if name in given}
    return {"status": call.portal.tables["order_status"].update(row["id"], **changes)}


@method("sale.status.delete", scope="sale", right="admin", denial=CLOSED)
def delete_status(call: Call) -> Any:
    """sale.status.delete: some system statuses stay."""
    row = _row(call, "order_status", 201340400001, "status is not exists")
    if row["id"] in SYSTEM_STATUSES:
        raise Refusal(201350000002, "system status cannot be deleted")
    call.portal.tables["order_status"].delete(row["id"])
    return True


def added_names(call: Call) -> list[Row]:
    """Names that were added, and those that the shop began with and still has."""
    gone = call.portal.extra.get("status_names_gone", set())
    first = [row for row in status_names() if (row["statusId"], row["lid"]) not in gone]
    added: list[Row] = call.portal.extra.get("status_names", [])
    return first + added


@method("sale.statusLang.add", scope="sale", right="admin", denial=CLOSED)
def add_status_name(call: Call) -> Any:
    """sale.statusLang.add."""
    given = demand_fields(call, "statusId", "lid", "name")
    row = {name: given.get(name, "") for name in ("description", "lid", "name", "statusId")}
    call.portal.extra.setdefault("status_names", []).append(row)
    return {"statusLang": row}


@method("sale.statusLang.deleteByFilter", scope="sale", right="admin", denial=CLOSED)
def delete_status_name(call: Call) -> Any:
    """sale.statusLang.deleteByFilter: name is required, but ignored."""
    given = demand_fields(call, "statusId", "lid", "name")
    key = given["statusId"], given["lid"]
    kept = [one for one in call.portal.extra.get("status_names", []) if (one["statusId"], one["lid"]) != key]
    call.portal.extra["status_names"] = kept
    call.portal.extra.setdefault("status_names_gone", set()).add(key)
    return True


@method("sale.persontype.add", scope="sale", right="admin", denial=CLOSED)
def add_payer(call: Call) -> Any:
    """sale.persontype.add: a code is taken once."""
    given, table = demand_fields(call, "name"), call.portal.tables["person_type"]
    if given.get("code") and any(row["code"] == given["code"] for row in table):
        raise Refusal(200750000005, "person type code exists")
    first: Row = {"id": table.next_id(), "code": "", "sort": "150", "active": "Y", "xmlId": ""}
    return {"personType": table.add(first | given)}


@method("sale.persontype.update", scope="sale", right="admin", denial=CLOSED)
def update_payer(call: Call) -> Any:
    """sale.persontype.update: the name is required each time."""
    row, given = (
        _row(call, "person_type", 200740400001, "person type is not exists"),
        demand_fields(call, "name"),
    )
    return {"personType": call.portal.tables["person_type"].update(row["id"], **given)}


@method("sale.persontype.delete", scope="sale", right="admin", denial=CLOSED)
def delete_payer(call: Call) -> Any:
    """sale.persontype.delete: neither the protected ones nor one that orders name."""
    row = _row(call, "person_type", 200740400001, "person type is not exists")
    if row["code"] in PROTECTED_PAYERS:
        raise Refusal(200750000003, "person type is protected")
    if any(str(order["personTypeId"]) == str(row["id"]) for order in call.portal.tables["order"]):
        raise Refusal(200750000004, f"В заказах используется тип плательщика с ID={row['id']}")
    call.portal.tables["person_type"].delete(row["id"])
    return True


@method("sale.property.add", scope="sale", right="admin", denial=CLOSED)
def add_property(call: Call) -> Any:
    """sale.property.add."""
    given = demand_fields(call, "personTypeId", "propsGroupId", "name", "type")
    table = call.portal.tables["order_property"]
    first = {name: "N" if value in ("Y", "N") else "" for name, value in next(iter(table)).items()}
    row = first | {"id": table.next_id(), "active": "Y", "sort": 100, "settings": []} | given
    return {"property": table.add(row)}


@method("sale.property.update", scope="sale", right="admin", denial=CLOSED)
def update_property(call: Call) -> Any:
    """sale.property.update: type and payer stay."""
    row, given = _row(call, "order_property", 200840400001, "property is not exists"), demand_fields(call)
    changes = {name: value for name, value in given.items() if name not in ("type", "personTypeId", "id")}
    return {"property": call.portal.tables["order_property"].update(row["id"], **changes)}


@method("sale.property.delete", scope="sale", right="admin", denial=CLOSED)
def delete_property(call: Call) -> Any:
    """sale.property.delete: its values and relations go with it (assumptions.py)."""
    row = _row(call, "order_property", 200840400001, "property is not exists")
    call.portal.tables["order_property"].delete(row["id"])
    if assumptions.PARTS_GO_WITH_SETTINGS:
        delete_parts(call.portal, "order_property_variant", "orderPropsId", row["id"])
        delete_parts(call.portal, "order_property_relation", "propertyId", row["id"])
    return True
