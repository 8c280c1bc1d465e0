"""Creates orders without their payments, then what belongs to them; a repeat after a kill adds only what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from b24app.backup.restore.data.hanging import PART_REFUSED, make_teller
from b24app.backup.restore.data.hanging_writes import Teller
from b24app.backup.restore.data.order_owners import bind_orders, present_owners
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.shop.goods_fields import Made, amount
from b24app.backup.restore.data.shop.goods_on_sale import goods_on_sale
from b24app.backup.restore.data.shop.order_fields import (
    OrderParts,
    answer_fields,
    basket_fields,
    delivery_of,
    order_fields,
    part_mark,
    shipment_fields,
)
from b24app.backup.restore.data.shop.part_writing import (
    BASKET_ITEM,
    BASKET_PROPERTY,
    SHIPMENT,
    SHIPMENT_ITEM,
    FoundParts,
    OrderPart,
    PartKind,
    write_parts,
)
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.backup.restore.data.shop.present_settings import OrdersNow
from b24app.backup.restore.data.shop.price_writing import note_refusal
from b24app.backup.restore.data.shop.row_search import few_rows
from b24app.backup.restore.data.shop.row_types import ShopType, number_of
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command, RestClient
from b24app.text.messages import N_

OTHER_SUM = N_(
    "It is back, but its sum is another one than in the copy: look at its basket and its shipments."
)


@dataclass(frozen=True, slots=True)
class OrderWork:
    """Orders that were made: their new numbers by former ones, and the sources of their parts."""

    made: Mapping[str, str]
    client: RestClient
    prefetched: PrefetchedRows
    now: OrdersNow
    goods: Mapping[str, str]
    teller: Teller
    refused: dict[str, str]

    def parts(self, order: str) -> OrderParts:
        """The rows of the copy that belong to an order."""
        return self.prefetched.orders.get(order, OrderParts())


def make_orders(
    kind: ShopType, rows: Mapping[str, JsonObject], writing: Writing, prefetched: PrefetchedRows
) -> Mapping[str, Made]:
    """The fields of these orders."""
    now = prefetched.orders_now(writing.client, writing.asked_by, rows)
    teller = make_teller({}, {}, writing)
    return {
        number: order_fields(kind, row, prefetched.orders.get(number, OrderParts()), now, teller)
        for number, row in rows.items()
    }


def add_parts(
    made: Mapping[str, str], writing: Writing, prefetched: PrefetchedRows
) -> dict[str, tuple[str, str]]:
    """Add baskets, values of properties and shipments; returns the orders of which a part was refused, and why."""
    rows = {order: prefetched.rows[order] for order in made}
    parts = [prefetched.orders.get(order, OrderParts()) for order in made]
    named = {number_of(one.get("productId")) for each in parts for one in each.basket}
    catalogues = prefetched.catalogues(writing.client)
    work = OrderWork(
        made, writing.client, prefetched, prefetched.orders_now(writing.client, writing.asked_by, rows),
        goods_on_sale(writing.client, catalogues, named, writing.earlier), make_teller({}, {}, writing), {},
    )  # fmt: skip
    baskets = _write(work, BASKET_ITEM, _baskets(work))
    _write(work, BASKET_PROPERTY, _basket_properties(work, baskets))
    _write_answers(work)
    shipments = _write(work, SHIPMENT, _shipments(work))
    _write(work, SHIPMENT_ITEM, _shipment_items(work, baskets, shipments))
    _bind(work, writing)
    troubles = {order: (PART_REFUSED, words) for order, words in work.refused.items()}
    return _other_sums(work, rows) | troubles


def _write(work: OrderWork, kind: PartKind, parts: Iterator[OrderPart]) -> FoundParts:
    return write_parts(work.client, kind, parts, work.refused)


def _baskets(work: OrderWork) -> Iterator[OrderPart]:
    for order, new in work.made.items():
        for row in work.parts(order).basket:
            yield OrderPart(order, new, part_mark(row), basket_fields(new, row, work.goods))


def _basket_properties(work: OrderWork, baskets: FoundParts) -> Iterator[OrderPart]:
    for order, new in work.made.items():
        parts = work.parts(order)
        for item in parts.basket:
            owner = baskets.get((new, part_mark(item)))
            for row in parts.basket_properties.get(str(item.get("id")), ()) if owner else ():
                given = {
                    name: row[name] for name in ("name", "value", "code", "sort") if row.get(name) is not None
                }
                fields: JsonObject = {**given, "basketId": int(owner or 0), "xmlId": part_mark(row)}
                yield OrderPart(order, owner or "", part_mark(row), fields)


def _shipments(work: OrderWork) -> Iterator[OrderPart]:
    for order, new in work.made.items():
        for row in work.parts(order).parcels:
            if delivery_of(row, work.now):
                fields = shipment_fields(new, row, work.now, work.teller)
                yield OrderPart(order, new, part_mark(row), fields)


def _shipment_items(work: OrderWork, baskets: FoundParts, shipments: FoundParts) -> Iterator[OrderPart]:
    for order, new in work.made.items():
        parts = work.parts(order)
        for parcel in parts.parcels:
            owner = shipments.get((new, part_mark(parcel)))
            for row in parts.shipment_items.get(str(parcel.get("id")), ()) if owner else ():
                item = baskets.get((new, f"{part_mark({'id': row.get('basketId')})}"))
                if owner and item:
                    fields: JsonObject = {
                        "orderDeliveryId": int(owner), "basketId": int(item), "quantity": row.get("quantity"),
                        "xmlId": part_mark(row),
                    }  # fmt: skip
                    yield OrderPart(order, owner, part_mark(row), fields)


def _write_answers(work: OrderWork) -> None:
    """The values of properties, all of an order at once: to write them again changes nothing."""
    commands = {}
    for order, new in work.made.items():
        fields = answer_fields(new, work.parts(order), work.now)
        if fields is not None:
            commands[order] = Command("sale.propertyvalue.modify", {"fields": fields}, write=True)
    for order, outcome in (work.client.batch(commands) if commands else {}).items():
        note_refusal(work.refused, order, outcome)


def _bind(work: OrderWork, writing: Writing) -> None:
    """Bind the orders to the deals and invoices that they were bound to."""
    owners = present_owners(work.client, work.prefetched.items, writing.earlier, work.made)
    former = {work.made[order]: order for order in owners}
    outcomes = bind_orders(work.client, {new: owners[order] for new, order in former.items()})
    for new, outcome in outcomes.items():
        note_refusal(work.refused, former[new], outcome)


def _other_sums(work: OrderWork, rows: Mapping[str, JsonObject]) -> dict[str, tuple[str, str]]:
    """Orders whose sum by the portal differs from that in the copy."""
    numbers: Json = sorted(int(new) for new in work.made.values())
    params: JsonObject = {"filter": {"@id": numbers}, "select": ["id", "price"]}
    sums = {
        str(row.get("id")): amount(row.get("price"))
        for row in few_rows(work.client, "sale.order.list", params)
    }
    return {
        order: (OTHER_SUM, "")
        for order, new in work.made.items()
        if new in sums and abs(sums[new] - amount(rows[order].get("price"))) >= 0.01
    }
