"""Groups, values and relations of order properties, what payers are, extra services of delivery: add, update, delete."""

from __future__ import annotations

from typing import Any

from sandbox.methods.catalog_writes import CLOSED, demand_fields
from sandbox.rest.list_parameters import as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.further_settings import settings_table

SERVICE_TYPES = ("enum", "checkbox", "quantity")


def _row(table: Table, number: Any, refusal: Refusal) -> Row:
    row = table.get(number)
    if row is None:
        raise refusal
    return row


def _demand_payer(call: Call, number: Any, refusal: Refusal) -> None:
    if call.portal.tables["person_type"].get(number) is None:
        raise refusal


@method("sale.propertygroup.add", scope="sale", right="admin", denial=CLOSED)
def add_group(call: Call) -> Any:
    """sale.propertygroup.add."""
    given = demand_fields(call, "personTypeId", "name")
    _demand_payer(call, given["personTypeId"], Refusal(0, "person type is not exists"))
    table = settings_table(call.portal, "order_property_group")
    first: Row = {"id": table.next_id(), "sort": 100}
    return {
        "propertyGroup": table.add(
            first | {name: given[name] for name in ("name", "personTypeId", "sort") if name in given}
        )
    }


@method("sale.propertygroup.update", scope="sale", right="admin", denial=CLOSED)
def update_group(call: Call) -> Any:
    """sale.propertygroup.update: the payer type is required each time and stays as it is."""
    table = settings_table(call.portal, "order_property_group")
    row = _row(table, call.get("id"), Refusal(200940400001, "property group is not exists"))
    given = demand_fields(call, "personTypeId", "name")
    changes = {name: given[name] for name in ("name", "sort") if name in given}
    return {"propertyGroup": table.update(row["id"], **changes)}


@method("sale.propertygroup.delete", scope="sale", right="admin", denial=CLOSED)
def delete_group(call: Call) -> Any:
    """sale.propertygroup.delete."""
    table = settings_table(call.portal, "order_property_group")
    table.delete(_row(table, call.get("id"), Refusal(200940400001, "property group is not exists"))["id"])
    return True


@method("sale.propertyvariant.add", scope="sale", right="admin", denial=CLOSED)
def add_variant(call: Call) -> Any:
    """sale.propertyvariant.add: of a property that is there."""
    given = demand_fields(call, "orderPropsId", "name", "value")
    if call.portal.tables["order_property"].get(given["orderPropsId"]) is None:
        raise Refusal(201550000003, "property is not exists")
    table = settings_table(call.portal, "order_property_variant")
    first: Row = {"id": table.next_id(), "sort": 100, "description": ""}
    return {"propertyVariant": table.add(first | given)}


@method("sale.propertyvariant.update", scope="sale", right="admin", denial=CLOSED)
def update_variant(call: Call) -> Any:
    """sale.propertyvariant.update: its property stays."""
    table = settings_table(call.portal, "order_property_variant")
    row = _row(table, call.get("id"), Refusal(201540400001, "property variant is not exists"))
    given = demand_fields(call, "name", "value")
    changes = {name: given[name] for name in ("name", "value", "sort", "description") if name in given}
    return {"propertyVariant": table.update(row["id"], **changes)}


@method("sale.propertyvariant.delete", scope="sale", right="admin", denial=CLOSED)
def delete_variant(call: Call) -> Any:
    """sale.propertyvariant.delete."""
    table = settings_table(call.portal, "order_property_variant")
    table.delete(_row(table, call.get("id"), Refusal(201540400001, "property variant is not exists"))["id"])
    return True


RELATION = ("entityId", "entityType", "propertyId")


def _relation(call: Call) -> tuple[Table, Row, Row | None]:
    given = demand_fields(call, *RELATION)
    table = settings_table(call.portal, "order_property_relation")
    same = (row for row in table.all() if all(str(row[name]) == str(given[name]) for name in RELATION))
    return table, given, next(same, None)


@method("sale.propertyRelation.add", scope="sale", right="admin", denial=CLOSED)
def add_relation(call: Call) -> Any:
    """sale.propertyRelation.add: once, of a property that is there."""
    table, given, here = _relation(call)
    if here is not None:
        raise Refusal(201650000001, "Duplicate entry for key [entityId, entityType, propertyId]")
    if call.portal.tables["order_property"].get(given["propertyId"]) is None:
        raise Refusal(201650000002, "property is not exists")
    row: Row = {"entityId": as_number(given["entityId"]), "entityType": given["entityType"]}
    row["propertyId"] = as_number(given["propertyId"])
    table.add(dict(row))
    return {"propertyRelation": row}


@method("sale.propertyRelation.deleteByFilter", scope="sale", right="admin", denial=CLOSED)
def delete_relation(call: Call) -> Any:
    """sale.propertyRelation.deleteByFilter."""
    table, _, here = _relation(call)
    if here is None:
        raise Refusal(201640400004, "property relation is not exists")
    table.delete(here["_id"])
    return True


@method("sale.businessValuePersonDomain.add", scope="sale", right="admin", denial=CLOSED)
def add_domain(call: Call) -> Any:
    """sale.businessValuePersonDomain.add: one for each payer type."""
    given, table = demand_fields(call, "personTypeId", "domain"), settings_table(call.portal, "person_domain")
    _demand_payer(call, given["personTypeId"], Refusal(201240400002, "person type is not exists"))
    if table.get(given["personTypeId"]) is not None:
        raise Refusal(201450000001, "Duplicate entry for key [personTypeId]")
    row = table.add({"domain": given["domain"], "personTypeId": as_number(given["personTypeId"])})
    return {"businessValuePersonDomain": row}


@method("sale.businessValuePersonDomain.deleteByFilter", scope="sale", right="admin", denial=CLOSED)
def delete_domain(call: Call) -> Any:
    """sale.businessValuePersonDomain.deleteByFilter."""
    given, table = demand_fields(call, "personTypeId", "domain"), settings_table(call.portal, "person_domain")
    row = table.get(given["personTypeId"])
    if row is None or row["domain"] != given["domain"]:
        raise Refusal(201440400003, "business value person domain is not exists")
    table.delete(row["personTypeId"])
    return True


@method("sale.delivery.extra.service.add", scope="delivery", right="crm_admin")
def add_service(call: Call) -> int:
    """sale.delivery.extra.service.add: answers with the number."""
    for name in ("DELIVERY_ID", "TYPE", "NAME"):
        if call.get(name) in (None, ""):
            raise Refusal("ERROR_CHECK_FAILURE", f"Parameter {name} is not defined")
    if call.get("TYPE") not in SERVICE_TYPES or (call.get("TYPE") == "enum" and not call.get("ITEMS")):
        raise Refusal("ERROR_CHECK_FAILURE", "Parameter ITEMS is not defined")
    owner = as_number(call.get("DELIVERY_ID"))
    if call.portal.tables["delivery"].get(owner) is None:
        raise Refusal("ERROR_DELIVERY_NOT_FOUND", "Delivery not found")
    table = settings_table(call.portal, "extra_service")
    number = table.next_id()
    row: Row = {
        "ID": str(number),
        "CODE": "",
        "DESCRIPTION": "",
        "ACTIVE": "N",
        "SORT": "100",
        "_delivery": owner,
    }
    table.add(row | _service(call))
    return number


SERVICE = ("TYPE", "NAME", "ACTIVE", "CODE", "SORT", "DESCRIPTION", "PRICE", "ITEMS")


def _service(call: Call) -> Row:
    given: Row = {name: call.get(name) for name in SERVICE if name in call.params}
    return given | ({"PRICE": float(given["PRICE"])} if given.get("PRICE") not in (None, "") else {})


@method("sale.delivery.extra.service.update", scope="delivery", right="crm_admin")
def update_service(call: Call) -> bool:
    """sale.delivery.extra.service.update."""
    table = settings_table(call.portal, "extra_service")
    row = _row(table, call.get("ID"), Refusal("ERROR_EXTRA_SERVICE_NOT_FOUND", "Extra service not found"))
    table.update(row["ID"], **{name: one for name, one in _service(call).items() if name != "TYPE"})
    return True


@method("sale.delivery.extra.service.delete", scope="delivery", right="crm_admin")
def delete_service(call: Call) -> bool:
    """sale.delivery.extra.service.delete."""
    table = settings_table(call.portal, "extra_service")
    row = _row(table, call.get("ID"), Refusal("ERROR_EXTRA_SERVICE_NOT_FOUND", "Extra service not found"))
    table.delete(row["ID"])
    return True
