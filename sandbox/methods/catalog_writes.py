"""catalog.priceType, vat, store, measure, productProperty(Enum), section, roundingRule, priceTypeGroup: add, update, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.rest.list_parameters import as_map
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.further_settings import settings_table

CLOSED = Refusal(200040300020, "Access Denied")
NO_FIELDS = Refusal(100, "Could not find value for parameter {fields}")
NO_ID = Refusal(100, "Could not find value for parameter {id}")
OWN_TABLES = frozenset({"price_type", "vat", "store"})


@dataclass(frozen=True, slots=True)
class Written:
    """One kind: its method, its table, the name around an answer, the required fields, and the error code for a missing one."""

    method: str
    table: str
    wrap: str
    needs: tuple[str, ...]
    missing: int
    first: Row
    dated: bool = False


KINDS = (
    Written("priceType", "price_type", "priceType", ("name",), 201000000000, {"base": "N", "sort": 100, "xmlId": None}, dated=True),
    Written("vat", "vat", "vat", ("name", "rate"), 200800000000, {"active": "Y", "sort": 100}, dated=True),
    Written("store", "store", "store", ("address",), 201100000000, {"active": "Y", "sort": 100, "issuingCenter": "N", "code": None, "xmlId": None}, dated=True),
    Written("measure", "measure", "measure", ("code", "measureTitle"), 200600000020, {"isDefault": "N"}),
    Written("productProperty", "product_property", "productProperty", ("iblockId", "name", "propertyType"), 0, {"active": "Y", "sort": 500, "multiple": "N"}),
    Written("productPropertyEnum", "product_property_enum", "productPropertyEnum", ("propertyId", "value", "xmlId"), 0, {"def": "N", "sort": 500}),
    Written("section", "section", "section", ("iblockId", "name"), 200700300030, {"active": "Y", "code": None, "description": None, "descriptionType": "text", "iblockSectionId": None, "sort": 500, "xmlId": None}),
    Written("roundingRule", "rounding_rule", "roundingRule", ("catalogGroupId", "price", "roundType", "roundPrecision"), 200900000000, {}),
    Written("priceTypeGroup", "price_type_group", "priceTypeGroup", ("catalogGroupId", "groupId", "access"), 0, {}),
)  # fmt: skip


def _table(call: Call, kind: Written) -> Table:
    if kind.table in OWN_TABLES:
        return call.portal.tables[kind.table]
    return settings_table(call.portal, kind.table)


UPDATE_NEEDS = {"store": (), "measure": (), "product_property": ("iblockId",)}
"""The required fields of an update where they are fewer than those of a creation."""


def demand_fields(call: Call, *needs: str) -> dict[str, Any]:
    """Return the fields of a method of catalog or sale; refuses when required ones are missing."""
    if not isinstance(call.get("fields"), dict):
        raise NO_FIELDS
    given = as_map(call.get("fields"))
    lacking = [name for name in needs if given.get(name) in (None, "")]
    if lacking:
        raise Refusal(0, f"Required fields: {', '.join(lacking)}")
    return given


NUMBERS = frozenset({
    "iblockId", "iblockSectionId", "vatId", "measure", "sort", "height", "length", "weight", "width", "productId",
    "catalogGroupId", "price", "basePrice", "discountPrice", "quantity", "orderId", "personTypeId", "responsibleId",
    "userId", "deliveryId", "basePriceDelivery", "basketId", "orderDeliveryId", "orderPropsId", "purchasingPrice",
})  # fmt: skip


def typed(given: dict[str, Any]) -> dict[str, Any]:
    """Return fields with numbers where the portal shows numbers: in a batch everything comes as text."""
    return {name: _number(value) if name in NUMBERS else value for name, value in given.items()}


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return int(number) if number.is_integer() else number


def _row(call: Call, kind: Written, table: Table) -> Row:
    number = call.get("id")
    if number in (None, ""):
        raise NO_ID
    row = table.get(number)
    if row is None:
        raise Refusal(kind.missing, "entity is not exists")
    return row


def _settle(call: Call, kind: Written, table: Table, given: dict[str, Any], row: Row | None) -> None:
    """Rules of single kinds: one base price, one default unit, codes that are taken."""
    number = row["id"] if row else None
    if kind.table == "price_type" and given.get("base") == "Y":
        for other in table.all():
            table.update(other["id"], base="N")
    if kind.table == "measure":
        _settle_measure(table, given, number)
    if kind.table == "section":
        _settle_section(table, given, number)
    if kind.table == "price_type_group":
        _settle_access(call, table, given)
    if kind.table == "product_property_enum":
        _settle_value(table, given, number)


def _settle_access(call: Call, table: Table, given: dict[str, Any]) -> None:
    """Of a price type that is there, once (catalog-price-type-group-add.md)."""
    if call.portal.tables["price_type"].get(given["catalogGroupId"]) is None:
        raise Refusal(0, "The specified price type does not exist")
    if given["access"] not in ("Y", "N"):
        raise Refusal(0, "Invalid access type provided. The available values are: Y, N")
    if any(_is_same_access(one, given) for one in table.all()):
        raise Refusal(0, "The specified access type for this group already exists")


def _settle_value(table: Table, given: dict[str, Any], number: Any) -> None:
    same = [one for one in table.all() if str(one["propertyId"]) == str(given.get("propertyId"))]
    if any(one["xmlId"] == given.get("xmlId") and one["id"] != number for one in same):
        raise Refusal(0, "Value with this XML_ID exists")


def _settle_measure(table: Table, given: dict[str, Any], number: Any) -> None:
    rest = [one for one in table.all() if one["id"] != number]
    if any(str(one["code"]) == str(given.get("code")) for one in rest):
        raise Refusal(200600000000, "Duplicate entry for key [code]")
    if given.get("isDefault") == "Y" and any(one["isDefault"] == "Y" for one in rest):
        raise Refusal(200600000010, "default value can be set once [isDefault]")


def _settle_section(table: Table, given: dict[str, Any], number: Any) -> None:
    """A code is taken once in its catalogue; a parent is of the same catalogue (catalog-section-add.md)."""
    mine = [one for one in table.all() if str(one["iblockId"]) == str(given.get("iblockId"))]
    if given.get("code") and any(one["code"] == given["code"] and one["id"] != number for one in mine):
        raise Refusal(200700300040, "Section with this code exists")
    parent = given.get("iblockSectionId")
    if parent not in (None, "", 0, "0") and str(parent) not in {str(one["id"]) for one in mine}:
        raise Refusal(200700300000, "Parent section is not in this catalogue")


def _is_same_access(one: Row, given: dict[str, Any]) -> bool:
    return all(str(one[name]) == str(given.get(name)) for name in ("catalogGroupId", "groupId", "access"))


def _register(kind: Written) -> None:
    def add(call: Call) -> Any:
        table, given = _table(call, kind), demand_fields(call, *kind.needs)
        with call.world.lock:
            _settle(call, kind, table, given, None)
            moment = iso(call.portal.now())
            dates: Row = (
                {"timestampX": moment, "dateCreate": moment, "createdBy": call.user.id} if kind.dated else {}
            )
            shown = typed(given) if kind.table == "section" else given
            row = table.add({"id": table.next_id(), **kind.first, **dates, **shown})
        return {kind.wrap: row}

    def update(call: Call) -> Any:
        table = _table(call, kind)
        row, given = _row(call, kind, table), demand_fields(call, *UPDATE_NEEDS.get(kind.table, kind.needs))
        _settle(call, kind, table, given, row)
        return {kind.wrap: table.update(row["id"], **given)}

    def delete(call: Call) -> Any:
        table = _table(call, kind)
        row = _row(call, kind, table)
        if row.get("base") == "Y":
            raise Refusal("BASE", "Base price type cannot be deleted")
        table.delete(row["id"])
        return True

    for name, answer in (("add", add), ("update", update), ("delete", delete)):
        if (name, kind.table) == ("update", "price_type_group"):
            continue  # it has none
        method(f"catalog.{kind.method}.{name}", scope="catalog", right="admin", denial=CLOSED)(answer)


for _one in KINDS:
    _register(_one)
