"""Parts of orders as lists show them, each with a number of its own: baskets, what was paid and shipped, answers of buyers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.rest.table import Row, Table
from sandbox.shop.added_orders import FIRST_ADDED, parts_of
from sandbox.shop.formats import iso
from sandbox.shop.new_orders import table_now
from sandbox.shop.order_details import basket_line, basket_number, buyer_answers
from sandbox.shop.order_history import (
    FIRST_ORDER,
    FIRST_PAYMENT,
    FIRST_SHIPMENT,
    OrderHistory,
    Sale,
    basket_of,
)

if TYPE_CHECKING:
    from sandbox.portal import Portal

ANSWERS = 10
"""More than the answers of an order: their numbers begin anew at each."""


@dataclass(frozen=True, slots=True)
class PartKind:
    """The numbers of an order's parts without building them, and one of them built from its number."""

    numbers: Callable[[Portal, int], Iterable[int]]
    build: Callable[[Portal, int], Row]


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds rows of one kind when they are read: a portal has tens of thousands of them."""

    portal: Portal
    name: str

    def __call__(self, number: int) -> Row:
        """Build one row."""
        return PARTS[self.name].build(self.portal, number)


def part_table(portal: Portal, name: str) -> Table:
    """Return the rows of all orders until now; those of orders that came since are added."""
    orders = table_now(portal, "order")
    with portal.world.lock:
        table = portal.tables.get(name)
        if table is None:
            table = portal.tables[name] = Table(key="id", build=Builder(portal, name))
        last = int(portal.extra.setdefault("order_parts", {}).get(name, 0))
        new = orders.between(max(last, FIRST_ORDER - 1), FIRST_ADDED)
        indexes = [number - FIRST_ORDER for number in new]
        table.extend(number for index in indexes for number in PARTS[name].numbers(portal, index))
        portal.extra["order_parts"][name] = new[-1] if new else last
    return table


def answer_ids(portal: Portal, order: int) -> list[int]:
    """Return the numbers of the answers in one order, those that came by REST among them."""
    table = part_table(portal, "property_value")
    first = (order - FIRST_ORDER) * ANSWERS
    added = [int(row["id"]) for row in parts_of(portal, "property_value", "orderId", order)]
    of_history = table.between(first, first + ANSWERS + 1) if order < FIRST_ADDED else []
    return [*dict.fromkeys([*of_history, *added])]


def shipped_of_basket(portal: Portal, basket: object) -> list[Row]:
    """Return what was shipped of one line of a basket."""
    own = part_table(portal, "shipment_item").get(basket)
    return [*([own] if own else []), *parts_of(portal, "shipment_item", "basketId", basket)]


def _history(portal: Portal) -> OrderHistory:
    history: OrderHistory = portal.extra["order_history"]
    return history


def _line_numbers(portal: Portal, index: int) -> Iterable[int]:
    history = _history(portal)
    return (
        basket_number(index, place) for place in range(len(basket_of(history.goods, history.seed, index)))
    )


def _line(portal: Portal, number: int) -> tuple[Sale, Row]:
    """One line of a basket from its number, with the sale that it belongs to."""
    order, place = divmod(number, basket_number(1, 0) - basket_number(0, 0))
    sale = _history(portal).sale(order - FIRST_ORDER)
    return sale, basket_line(portal, sale, place)


def _basket(portal: Portal, number: int) -> Row:
    sale, line = _line(portal, number)
    shown = {name: value for name, value in line.items() if name not in ("properties", "reservations")}
    return shown | {"id": number, "orderId": FIRST_ORDER + sale.index}


def _answer_numbers(portal: Portal, index: int) -> Iterable[int]:
    return (index * ANSWERS + place + 1 for place in range(len(_asked(portal, index))))


def _answer(portal: Portal, number: int) -> Row:
    index, place = divmod(number - 1, ANSWERS)
    history = _history(portal)
    (answer,) = buyer_answers(portal, history.buyer(index), [_asked(portal, index)[place]])
    return answer | {"id": number, "orderId": FIRST_ORDER + index}


def _asked(portal: Portal, index: int) -> list[Row]:
    """The properties that were asked for when lists were first read: what is deleted later was answered all the same."""
    person = _history(portal).sale(index).person
    asked: dict[int, list[Row]] = portal.extra.setdefault("order_properties_asked", {})
    if person not in asked:
        rows = portal.tables["order_property"]
        asked[person] = [dict(row) for row in rows if row["personTypeId"] == person]
    return asked[person]


def _shipped(portal: Portal, number: int) -> Row:
    sale, line = _line(portal, number)
    return {
        "basketId": number, "dateInsert": iso(sale.placed), "id": number, "orderDeliveryId": FIRST_SHIPMENT + sale.index,
        "quantity": line["quantity"], "reservedQuantity": line["quantity"], "xmlId": line["xmlId"],
    }  # fmt: skip


def _paid(portal: Portal, number: int) -> Row:
    sale, line = _line(portal, number)
    return {
        "basketId": number, "dateInsert": iso(sale.placed), "id": number, "paymentId": FIRST_PAYMENT + sale.index,
        "quantity": line["quantity"], "xmlId": line["xmlId"],
    }  # fmt: skip


def _paid_shipment(portal: Portal, number: int) -> Row:
    index = number - FIRST_PAYMENT
    return {
        "dateInsert": iso(_history(portal).sale(index).placed), "id": number, "paymentId": number,
        "shipmentId": FIRST_SHIPMENT + index, "xmlId": f"bx_ps{number:010x}",
    }  # fmt: skip


PARTS: dict[str, PartKind] = {
    "basket_item": PartKind(_line_numbers, _basket),
    "basket_property": PartKind(lambda _portal, _index: (), lambda _portal, _number: {}),
    "property_value": PartKind(_answer_numbers, _answer),
    "shipment_item": PartKind(_line_numbers, _shipped),
    "payment_item": PartKind(_line_numbers, _paid),
    "payment_shipment": PartKind(lambda _portal, index: (FIRST_PAYMENT + index,), _paid_shipment),
}
