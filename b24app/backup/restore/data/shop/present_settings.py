"""Settings of the portal that determine how rows of the shop are restored: rates, units, prices, properties, statuses, people."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from b24app.backup.restore.data.item_look import read_names
from b24app.backup.restore.data.shop.row_search import Catalogues
from b24app.backup.restore.refusals import CLOSED
from b24app.json_values import Json, JsonObject
from b24app.rest_client import RestClient

PICTURES = "MORE_PHOTO"
Found = TypeVar("Found")
MovedSettings = Mapping[str, Mapping[str, str]]
"""New numbers of settings that were put back by their former ones, by their entity in the copy."""


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """A property of products: its type, whether it holds several values, and its code."""

    type: str
    multiple: bool
    code: str = ""

    @property
    def holds_pictures(self) -> bool:
        """Whether it is the property that holds the pictures of goods (catalog-product-image-add.md)."""
        return self.type == "F" and self.code == PICTURES


@dataclass(frozen=True, slots=True)
class GoodsNow:
    """Settings of the catalogue as they are; `stock_kept` is whether amounts change by documents of stores alone."""

    rates: Collection[str]
    units: Collection[str]
    price_types: Collection[str]
    properties: Mapping[str, PropertyRule]
    values: Collection[str]
    stock_kept: bool
    links: Collection[str]
    """Properties by which variants refer to their product: the portal fills them in by itself."""
    moved: MovedSettings = field(default_factory=dict)

    def present(self, kind: str, known: Collection[str], former: str) -> str:
        """The present number of a setting."""
        return present_number(self.moved, kind, known, former)


@dataclass(frozen=True, slots=True)
class OrdersNow:
    """Settings of orders as they are; None where this portal does not show them."""

    payers: Collection[str]
    statuses: Mapping[str, bool]
    """Whether the portal writes to the buyer when an order gets a status (sale/data-types.md, sale_status)."""
    properties: Mapping[str, str]
    deliveries: Collection[str] | None
    pay_systems: Mapping[str, str]
    people: Collection[str]
    asked_by: int
    moved: MovedSettings = field(default_factory=dict)


def present_number(moved: MovedSettings, kind: str, known: Collection[str], former: str) -> str:
    """The present number of a setting: its own, or that of what was put back for it; empty when it was deleted."""
    new = moved.get(kind, {}).get(former, former)
    return former if former in known else new if new in known else ""


def read_goods_now(client: RestClient, catalogues: Catalogues, moved: MovedSettings) -> GoodsNow:
    """Read the settings of the catalogue, each list complete."""
    mode = client.call("catalog.document.mode.status", write=False).result
    properties = {
        str(row.get("id")): PropertyRule(
            str(row.get("propertyType") or ""), row.get("multiple") == "Y", str(row.get("code") or "")
        )
        for row in client.rows("catalog.productProperty.list")
    }
    return GoodsNow(
        _ids(client.rows("catalog.vat.list")),
        _ids(client.rows("catalog.measure.list")),
        _ids(client.rows("catalog.priceType.list")),
        properties,
        _ids(client.rows("catalog.productPropertyEnum.list")),
        mode in (True, "Y"),
        frozenset(str(row.get("skuPropertyId")) for row in catalogues),
        moved,
    )


def read_orders_now(client: RestClient, asked_by: int, moved: MovedSettings) -> OrdersNow:
    """Read the settings of orders; active accounts are asked for the given orders only."""
    pay_systems = _or_none(lambda: [*client.rows("sale.paysystem.list")])
    return OrdersNow(
        _ids(client.rows("sale.persontype.list")),
        {
            str(row.get("id")): row.get("notify") != "N"
            for row in client.rows("sale.status.list")
            if row.get("type") == "O"
        },
        {str(row.get("id")): str(row.get("type") or "") for row in client.rows("sale.property.list")},
        _or_none(lambda: _ids(client.rows("sale.delivery.getlist"), "ID")),
        {str(row.get("ID")): str(row.get("NAME") or "") for row in pay_systems or ()},
        frozenset(),
        asked_by,
        moved,
    )


def read_staff(client: RestClient, people: Iterable[Json]) -> frozenset[str]:
    """Which of these people still work here."""
    accounts = read_names(client, {str(one) for one in people})
    return frozenset(number for number, row in accounts.items() if row.get("ACTIVE") is True)


def _ids(rows: Iterable[JsonObject], name: str = "id") -> frozenset[str]:
    return frozenset(str(row.get(name)) for row in rows)


def _or_none(read: Callable[[], Found]) -> Found | None:
    """The result of `read`; None, which is not the same as empty, when a scope or a plan closes it."""
    try:
        return read()
    except CLOSED:
        return None
