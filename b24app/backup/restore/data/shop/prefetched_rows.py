"""Rows of the shop from the copy with what belongs to them, and the settings of the portal, prefetched for one step of a restore."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.prefetched_tasks import AT_ONCE
from b24app.backup.restore.data.shop.goods_fields import parent_entities
from b24app.backup.restore.data.shop.order_fields import OrderParts
from b24app.backup.restore.data.shop.present_settings import (
    GoodsNow,
    MovedSettings,
    OrdersNow,
    read_goods_now,
    read_orders_now,
    read_staff,
)
from b24app.backup.restore.data.shop.row_search import Catalogues, read_catalogues
from b24app.backup.restore.data.shop.row_types import ShopType, is_price, number_of
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient


@dataclass(slots=True)
class PrefetchedRows:
    """Holds at most 500 rows of one kind at a time, and settings as they were at the beginning of the step."""

    items: CopiedItems
    moved: MovedSettings
    kind: ShopType | None = None
    filled: str = ""
    """The one field that is written; empty while whole rows are."""
    rows: Mapping[str, JsonObject] = field(default_factory=dict)
    prices: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    orders: Mapping[str, OrderParts] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    _catalogues: Catalogues | None = None
    _goods: GoodsNow | None = None
    _orders: OrdersNow | None = None

    def take(self, kind: ShopType, wanted: Collection[str], coming: Sequence[str], *, whole: bool) -> None:
        """Prefetch these rows; what is missing is read together with those that come next."""
        if not self._ask(kind, "", wanted, coming):
            return
        self.rows = self.items.named(kind.entity, self.asked)
        found = set(self.rows)
        self.prices = prices_of(self.items, found) if whole and kind.is_goods else {}
        self.orders = parts_of_orders(self.items, found) if whole and kind.base == "order" else {}

    def take_field(self, kind: ShopType, name: str, wanted: Collection[str], coming: Sequence[str]) -> None:
        """Prefetch the rows that hold the values of one field, by product, in the same way."""
        if self._ask(kind, name, wanted, coming):
            self.rows = rows_with_field(self.items, kind, name, self.asked)

    def _ask(self, kind: ShopType, name: str, wanted: Collection[str], coming: Sequence[str]) -> bool:
        """Note the wanted rows; returns whether any of them must still be read."""
        if (self.kind, self.filled) == (kind, name) and set(wanted) <= self.asked:
            return False
        self.kind, self.filled = kind, name
        self.asked = frozenset([*wanted, *coming][:AT_ONCE]) | frozenset(wanted)
        return True

    def parents(self) -> list[str]:
        """The entities of the copy that may hold the product of a variant."""
        return parent_entities([one.code for one in self.items.manifest.entities])

    def catalogues(self, client: RestClient) -> Catalogues:
        """The catalogues of the portal; asked for once."""
        if self._catalogues is None:
            self._catalogues = read_catalogues(client)
        return self._catalogues

    def goods_now(self, client: RestClient) -> GoodsNow:
        """The settings of the catalogue; asked for once."""
        if self._goods is None:
            self._goods = read_goods_now(client, self.catalogues(client), self.moved)
        return self._goods

    def orders_now(self, client: RestClient, asked_by: int, rows: Mapping[str, JsonObject]) -> OrdersNow:
        """The settings of orders, and which of the people in these orders still work here."""
        people = [row.get("responsibleId") for row in rows.values()]
        for order in rows:
            people += [one.get("responsibleId") for one in self.orders.get(order, OrderParts()).shipments]
        if self._orders is None:
            self._orders = read_orders_now(client, asked_by, self.moved)
        return replace(self._orders, people=read_staff(client, people))


def rows_with_field(
    items: CopiedItems, kind: ShopType, name: str, goods: Collection[str]
) -> Mapping[str, JsonObject]:
    """Rows of the copy that hold the values of a field, by product: the products themselves, or their prices of one type."""
    if not (price := is_price(name)):
        return items.named(kind.entity, goods)
    return {
        number: row
        for number, prices in prices_of(items, goods).items()
        for row in prices
        if is_price_of(row, price)
    }


def is_price_of(row: JsonObject, price_type: str) -> bool:
    """Whether a row of the copy is the price of this type; those of ranges of amounts are not written."""
    ranged = row.get("quantityFrom") or row.get("quantityTo")
    return not ranged and number_of(row.get("catalogGroupId")) == price_type


def prices_of(items: CopiedItems, goods: Collection[str]) -> Mapping[str, Sequence[JsonObject]]:
    """The prices of these goods, by their number."""
    return items.of_owners("price", lambda row: number_of(row.get("productId")), goods) if goods else {}


def parts_of_orders(items: CopiedItems, orders: Collection[str]) -> Mapping[str, OrderParts]:
    """What belongs to these orders, by their number."""
    if not orders:
        return {}

    def below(entity: str, name: str, owners: Collection[str]) -> Mapping[str, Sequence[JsonObject]]:
        return items.of_owners(entity, lambda row: str(row.get(name)), owners) if owners else {}

    def numbers(rows: Mapping[str, Sequence[JsonObject]]) -> set[str]:
        return {str(one.get("id")) for inside in rows.values() for one in inside}

    names = ("basket_item", "property_value", "payment", "shipment")
    basket, answers, payments, shipments = (below(name, "orderId", orders) for name in names)
    properties = below("basket_property", "basketId", numbers(basket))
    inside = below("shipment_item", "orderDeliveryId", numbers(shipments))
    return {
        order: OrderParts(
            basket.get(order, ()), answers.get(order, ()), payments.get(order, ()), shipments.get(order, ()),
            properties, inside,
        )
        for order in orders
    }  # fmt: skip
