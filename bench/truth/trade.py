"""What situations of trade are played with: orders that never came, ways to pay that nobody chooses, marks of 1C."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bench.truth.shop import Shop
from sandbox.rest.table import Row
from sandbox.shop.new_orders import catch_up
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT
from sandbox.shop.trading import WORKDAYS, Habits

DOZENS = Habits(30, 30)
OFFICE = Habits(6, 4, week=WORKDAYS, opens=9, closes=18, on_holidays=0)
Wanted = Callable[[Row], bool]


def placed_at(row: Row) -> datetime:
    """When an order was placed."""
    return datetime.fromisoformat(str(row["dateInsert"]))


def orders_since(shop: Shop, days: float) -> list[Row]:
    """The orders of so many days, newest first."""
    catch_up(shop.portal)
    since = shop.now - timedelta(days=days)
    table = shop.portal.tables["order"]
    found = []
    for order_id in reversed(table.ids):
        row = table.get(order_id)
        if row is None or placed_at(row) < since:
            break
        found.append(row)
    return found


def remove(shop: Shop, rows: list[Row]) -> None:
    """They never came: neither the orders nor what belongs to them."""
    for row in rows:
        number = int(row["id"]) - FIRST_ORDER
        shop.portal.tables["order"].delete(row["id"])
        shop.portal.tables["payment"].delete(FIRST_PAYMENT + number)
        shop.portal.tables["shipment"].delete(FIRST_SHIPMENT + number)
        shop.portal.tables["trade_binding"].delete(number + 1)


def go_without(shop: Shop, days: float, wanted: Wanted) -> None:
    """So many days go by in which no such order comes."""
    shop.advance(days=days)
    remove(shop, [row for row in orders_since(shop, days) if wanted(row)])


def stop(shop: Shop, kind: str, days: float) -> None:
    """Orders or deals of a shop with habits stop, and so many days go by."""
    shop.portal.extra[kind].pace.stops_at = shop.now
    shop.advance(days=days)


def fall_silent(shop: Shop, kind: str, number: int, days: float) -> None:
    """Nobody can choose this way to pay or to deliver for so many days, though it stays switched on."""
    shop.portal.extra["order_history"].close(kind, number)
    shop.advance(days=days)


def begins(prefix: str) -> Wanted:
    """Whether the number in the other system begins so."""
    return lambda row: str(row["xmlId"]).startswith(prefix)


def is_external(row: Row) -> bool:
    """Whether another system made the order."""
    return row["externalOrder"] == "Y"


def take_into_1c(shop: Shop, until: timedelta) -> None:
    """1C has taken every order that is older than this."""
    table = shop.portal.tables["order"]
    for order_id in table.ids[-200:]:
        row = table.get(order_id)
        if row and placed_at(row) <= shop.now - until:
            table.update(order_id, updated1c="Y", id1c=f"1c-{order_id}")


def binding_of(shop: Shop) -> Row:
    """A binding to copy."""
    return dict(next(iter(shop.portal.tables["trade_binding"])))


def make_rare(shop: Shop, table: str, first: int, field: str, number: int, *, gap: int, last: int) -> None:
    """Something is chosen once in so many days only, the last time so many days ago."""
    orders, rows = shop.portal.tables["order"], shop.portal.tables[table]
    kind = "pay_system" if table == "payment" else "delivery"
    history = shop.portal.extra["order_history"]
    history.close(kind, number)
    wanted = [shop.now - timedelta(days=days) for days in range(last, 360, gap)]
    for row_id in reversed(rows.ids):
        row = rows.get(row_id)
        order = orders.get(FIRST_ORDER + row_id - first)
        if row is None or order is None:
            continue
        if row[field] == number:
            rows.update(row_id, **{field: 2})
        if wanted and placed_at(order) <= wanted[0] and (table == "shipment" or row["paid"] == "Y"):
            wanted.pop(0)
            rows.update(row_id, **{field: number})
