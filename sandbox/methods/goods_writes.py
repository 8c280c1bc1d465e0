"""catalog.product, sku, service, offer: add, update, delete; catalog.price.add and delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox import assumptions
from sandbox.methods.catalog_writes import NO_ID, demand_fields, typed
from sandbox.rest.list_parameters import as_map
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.further_settings import settings_table
from sandbox.shop.products import BLANK_ELEMENT

NO_RIGHT = Refusal(200040300040, "Access Denied")
PRICE_CLOSED = Refusal(200040300020, "Access Denied")
UNTIL_STOCK_IS_KEPT = ("quantity", "quantityReserved", "purchasingPrice", "purchasingCurrency")
ELEMENTS = ("product", "offer", "catalog_sku", "catalog_service")


@dataclass(frozen=True, slots=True)
class GoodsMethods:
    """One kind of goods: its methods, its table, the name around an answer, the type of what is added."""

    method: str
    table: str
    wrap: str
    type: int


KINDS = (
    GoodsMethods("product", "product", "element", 1),
    GoodsMethods("product.sku", "catalog_sku", "sku", 3),
    GoodsMethods("product.service", "catalog_service", "service", 7),
    GoodsMethods("product.offer", "offer", "offer", 4),
)


def _table(call: Call, name: str) -> Table:
    return call.portal.tables.setdefault(name, Table(key="id"))


def _next_element(call: Call) -> int:
    """Goods of all kinds are numbered together."""
    return max(_table(call, name).next_id() for name in ELEMENTS)


def _check(call: Call, kind: GoodsMethods, given: Row, row: Row | None) -> None:
    section, rate, code = given.get("iblockSectionId"), given.get("vatId"), given.get("code")
    if section and settings_table(call.portal, "section").get(section) is None:
        raise Refusal(0, "Section does not exist")
    if rate and call.portal.tables["vat"].get(rate) is None:
        raise Refusal(0, "Vat rate does not exist")
    own = row["id"] if row else None
    for other in _table(call, kind.table) if code else ():
        if other.get("code") == code and other["id"] != own:
            raise Refusal(0, "Element with this code already exists")


def _values(call: Call, given: Row) -> Row:
    """Properties as they are shown: each value with the number of its row; stock does not change while it is kept."""
    numbers = iter(range(int(call.portal.extra.get("property_value", 20_000)), 10**9))
    shown: Row = {}
    for name, value in given.items():
        if name.startswith("property"):
            several = isinstance(value, list)
            rows = [
                {
                    "value": as_map(one).get("value") if isinstance(one, dict) else one,
                    "valueId": str(next(numbers)),
                }
                for one in (value if several else [value])
            ]
            shown[name] = rows if several else rows[0] if rows[0]["value"] not in (None, "") else None
        elif name == "parentId":
            shown[name] = {"value": str(value), "valueId": str(next(numbers))} if value else None
        elif name not in UNTIL_STOCK_IS_KEPT or not _is_stock_kept(call):
            shown[name] = value
    call.portal.extra["property_value"] = next(numbers)
    return shown


def _is_stock_kept(call: Call) -> bool:
    kept: bool = call.portal.extra["stock_mode"] == "Y"
    return kept and assumptions.STOCK_FIELDS_ARE_PASSED_OVER


def _register(kind: GoodsMethods) -> None:
    def add(call: Call) -> Any:
        given = typed(demand_fields(call, "iblockId", "name"))
        if call.portal.tables["catalog"].get(given["iblockId"]) is None:
            raise Refusal(200040300000, "iblock does not exist")
        _check(call, kind, given, None)
        moment = iso(call.portal.now())
        with call.world.lock:
            number = _next_element(call)
            row: Row = {
                **BLANK_ELEMENT, "id": number, "available": "N", "code": None, "dateCreate": moment, "iblockSectionId": None,
                "purchasingPrice": None, "quantity": 0, "weight": None, "xmlId": str(number), **_values(call, given),
                "type": kind.type, "timestampX": moment,
            }  # fmt: skip
            return {kind.wrap: _table(call, kind.table).add(row)}

    def update(call: Call) -> Any:
        row, given = _row(call, kind), typed(demand_fields(call))
        _check(call, kind, given, row)
        changes = _values(call, given) | {"timestampX": iso(call.portal.now())}
        return {kind.wrap: _table(call, kind.table).update(row["id"], **changes)}

    def delete(call: Call) -> Any:
        row = _row(call, kind)
        prices = call.portal.tables["price"]
        for price in [
            one["id"] for one in prices if assumptions.PRICES_GO_WITH_GOODS and one["productId"] == row["id"]
        ]:
            prices.delete(price)
        return _table(call, kind.table).delete(row["id"])

    for name, answer in (("add", add), ("update", update), ("delete", delete)):
        method(f"catalog.{kind.method}.{name}", scope="catalog", right="admin", denial=NO_RIGHT)(answer)


def _row(call: Call, kind: GoodsMethods) -> Row:
    if call.get("id") in (None, ""):
        raise NO_ID
    row = _table(call, kind.table).get(call.get("id"))
    if row is None:
        raise Refusal(0, "product is not exists")
    return row


for _one in KINDS:
    _register(_one)


@method("catalog.price.add", scope="catalog", right="admin", denial=PRICE_CLOSED)
def add_price(call: Call) -> Any:
    """catalog.price.add: one price of a type (catalog-price-add.md)."""
    given = typed(demand_fields(call, "productId", "catalogGroupId", "price", "currency"))
    if call.portal.tables["price_type"].get(given["catalogGroupId"]) is None:
        raise Refusal(0, "Validate price error. Catalog price group is wrong")
    table = call.portal.tables["price"]
    same = (str(given["productId"]), str(given["catalogGroupId"]))
    if any((str(one["productId"]), str(one["catalogGroupId"])) == same for one in table):
        raise Refusal(
            0,
            "Validate price error. Catalog product is allowed has only single price without ranges in price group",
        )
    with call.world.lock:
        row = {
            "extraId": None, "id": table.next_id(), "priceScale": given["price"], "quantityFrom": None, "quantityTo": None,
            "timestampX": iso(call.portal.now()), **given,
        }  # fmt: skip
        return {"price": table.add(row)}


@method("catalog.price.delete", scope="catalog", right="admin", denial=PRICE_CLOSED)
def delete_price(call: Call) -> Any:
    """catalog.price.delete."""
    if call.get("id") in (None, ""):
        raise NO_ID
    if not call.portal.tables["price"].delete(call.get("id")):
        raise Refusal("-", "Price is not exists")
    return True
