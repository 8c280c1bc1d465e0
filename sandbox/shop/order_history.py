"""The history of orders: order, payment, shipment and basket of a sale, computed from its number."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sandbox.shop.delivery_services import CHOICES as DELIVERIES
from sandbox.shop.delivery_services import PICKUP
from sandbox.shop.pay_systems import CASH, FAST_PAYMENTS, FIRM, INVOICE, PERSON, ROBOKASSA, SBERBANK, YOOKASSA
from sandbox.shop.products import FIRST_PRODUCT, Goods
from sandbox.shop.pseudorandom import below, draw, share
from sandbox.shop.timeline import Pace

FIRST_ORDER = 1001
FIRST_PAYMENT = 501
FIRST_SHIPMENT = 701
# How customers pay, out of a hundred.
PAYMENTS = ((YOOKASSA, 38), (SBERBANK, 20), (FAST_PAYMENTS, 16), (CASH, 14), (ROBOKASSA, 8), (INVOICE, 4))
MARKETS = {3: "ozon", 11: "ozon", 7: "wb"}
DONE_AFTER = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Line:
    product: int
    quantity: int
    price: int


@lru_cache(maxsize=50_000)
def basket_of(goods: Goods, seed: int, index: int) -> tuple[Line, ...]:
    """Return the basket of one sale: for the same seed always the same."""
    number = 1 + below(3, seed, 2, index)
    products = [below(goods.count, seed, 20 + place, index) for place in range(number)]
    return tuple(
        Line(
            FIRST_PRODUCT + product,
            1 + (draw(seed, 30, index + product) % 9 == 0),
            goods.price(product),
        )
        for product in dict.fromkeys(products)
    )


@dataclass(frozen=True, slots=True)
class Sale:
    """All data of one sale."""

    index: int
    placed: datetime
    age: timedelta
    lines: tuple[Line, ...]
    pay_system: int
    delivery: int
    delivery_price: int
    canceled: bool
    paid: bool
    market: str

    @property
    def goods_sum(self) -> int:
        """Sum the basket."""
        return sum(line.price * line.quantity for line in self.lines)

    @property
    def total(self) -> int:
        """Sum the basket and the delivery."""
        return self.goods_sum + self.delivery_price

    @property
    def person(self) -> int:
        """Return whether a person or a firm is buying."""
        return FIRM if self.pay_system == INVOICE else PERSON

    @property
    def delivered(self) -> bool:
        """Return whether the parcel has been handed over."""
        return not self.canceled and self.age >= DONE_AFTER

    @property
    def sent(self) -> bool:
        """Return whether the goods have left the store."""
        return not self.canceled and self.paid and self.age >= timedelta(days=2)


@dataclass(slots=True)
class Closure:
    """A period during which a pay system or a delivery service was switched off."""

    kind: str
    number: int
    since: datetime
    until: datetime | None = None

    def covers(self, kind: str, number: int, moment: datetime) -> bool:
        """Return whether it was switched off at a moment."""
        if (self.kind, self.number) != (kind, number):
            return False
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(slots=True)
class OrderHistory:
    """All sales of one shop; later numbers are later sales, and time brings more of them."""

    seed: int
    pace: Pace
    goods: Goods
    markets: bool
    contacts: int
    managers: tuple[int, ...]
    ways_to_pay: tuple[tuple[int, int], ...] = PAYMENTS
    ways_to_deliver: tuple[tuple[int, int, int], ...] = DELIVERIES
    closures: list[Closure] = field(default_factory=list)
    _chosen: dict[int, tuple[int, int]] = field(default_factory=dict, repr=False)

    def sale(self, index: int) -> Sale:
        """Build a sale."""
        placed = self.pace.moment(index)
        pay_system, delivery = self.choices(index)
        return Sale(
            index=index,
            placed=placed,
            age=max(self.pace.now() - placed, timedelta()),
            lines=basket_of(self.goods, self.seed, index),
            pay_system=pay_system,
            delivery=delivery,
            delivery_price=next((cost for number, _, cost in self.ways_to_deliver if number == delivery), 0),
            canceled=self.is_canceled(index),
            paid=self.is_paid(index),
            market=self.market_of(index),
        )

    def age(self, index: int) -> timedelta:
        """Return how long ago a sale was made."""
        return max(self.pace.now() - self.pace.moment(index), timedelta())

    def is_canceled(self, index: int) -> bool:
        """Return whether the order was canceled."""
        return below(100, self.seed, 5, index) < 4

    def is_paid(self, index: int) -> bool:
        """Return whether the order is paid: at once, or in cash on delivery in a few days."""
        if self.is_canceled(index):
            return False
        if self.market_of(index):
            return True
        if self.choices(index)[0] == CASH:
            return self.age(index) >= DONE_AFTER
        return below(100, self.seed, 6, index) < 96

    def is_marked(self, index: int) -> bool:
        """Return whether the order is marked as problematic."""
        return index % 211 == 17

    def choices(self, index: int) -> tuple[int, int]:
        """Return the pay system and the delivery of a sale: nothing that happens later changes them."""
        found = self._chosen.get(index)
        if found is None:
            placed = self.pace.moment(index)
            found = self._chosen[index] = (
                self._choose("pay_system", self.ways_to_pay, index, placed),
                self._choose("delivery", self.ways_to_deliver, index, placed),
            )
        return found

    def may_choose(self, kind: str, number: int) -> bool:
        """Return whether there can be sales with this pay system or delivery at all."""
        ways, otherwise = (self.ways_to_deliver, PICKUP) if kind == "delivery" else (self.ways_to_pay, CASH)
        return number == otherwise or any(way[0] == number for way in ways)

    def market_of(self, index: int) -> str:
        """Return which marketplace a sale came from, nothing for the own site."""
        return MARKETS.get(index % 20, "") if self.markets else ""

    def buyer(self, index: int) -> int:
        """Return which contact bought: a third of them come back often."""
        return 1 + int(share(self.seed, 7, index) ** 1.7 * self.contacts)

    def manager(self, index: int) -> int:
        """Return the manager responsible for the order."""
        return self.managers[draw(self.seed, 8, index) % len(self.managers)]

    def close(self, kind: str, number: int) -> None:
        """Record that from now on customers cannot choose this."""
        self.closures.append(Closure(kind, number, self.pace.now()))

    def reopen(self, kind: str, number: int) -> None:
        """Record that customers can choose this again."""
        for closure in self.closures:
            if (closure.kind, closure.number) == (kind, number) and closure.until is None:
                closure.until = self.pace.now()

    def _choose(self, kind: str, ways: tuple[tuple[Any, ...], ...], index: int, placed: datetime) -> int:
        open_ways = [way for way in ways if not any(c.covers(kind, way[0], placed) for c in self.closures)]
        if not open_ways:
            return CASH if kind == "pay_system" else PICKUP
        ticket = below(sum(way[1] for way in open_ways), self.seed, 3 if kind == "delivery" else 4, index)
        for way in open_ways:
            ticket -= way[1]
            if ticket < 0:
                return int(way[0])
        return int(open_ways[-1][0])
