"""A shop that trades by habits of its own: weekdays, hours, public holidays, a pause of each year, chance within all of these.

The generated shop is open around the clock every day; real ones are not, and checks of their rhythm must be tried on both.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.shop.deals import FIRST_DEAL, Deals
from sandbox.shop.delivery_services import CHOICES
from sandbox.shop.order_history import PAYMENTS, OrderHistory
from sandbox.shop.pseudorandom import below
from sandbox.shop.seeding import lay_orders
from sandbox.shop.timeline import month_starts

if TYPE_CHECKING:
    from sandbox.portal import Portal

# Public holidays of Russia by month and day; 31 December and 9 to 11 January by the transfers of 2026 and 2027.
HOLIDAYS = frozenset(
    {(1, day) for day in range(1, 12)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4), (12, 31)}
)
EVERY_DAY = (1.0,) * 7
WORKDAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
AHEAD = timedelta(days=120)
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Habits:
    """How many orders and deals an ordinary working day brings, and when the shop is open."""

    orders_a_day: float
    deals_a_day: float
    week: tuple[float, ...] = EVERY_DAY
    opens: float = 8.0
    closes: float = 23.0
    on_holidays: float = 1.0
    pauses: tuple[Span, ...] = ()
    markets: Mapping[int, str] = field(default_factory=dict)
    ways_to_pay: tuple[tuple[int, int], ...] = PAYMENTS
    ways_to_deliver: tuple[tuple[int, int, int], ...] = CHOICES

    def worth(self, day: date) -> float:
        """How much of an ordinary day this one is."""
        mark = (day.month, day.day)
        if any(_inside(mark, *pause) for pause in self.pauses):
            return 0.0
        if mark in HOLIDAYS:
            return self.on_holidays * (self.week[day.weekday()] if self.on_holidays else 0.0)
        return self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What `Pace.months` is asked for."""

    count: int

    def total(self) -> int:
        """Return how many there were at the beginning."""
        return self.count


@dataclass(slots=True)
class HabitualPace:
    """Moments of numbered events by habits, drawn once; used in place of `timeline.Pace`."""

    moments: list[datetime]
    now: Callable[[], datetime]
    months: _Counted
    known: int = 0
    stops_at: datetime | None = None

    def moment(self, index: int) -> datetime:
        """Return the time of a past or future event; larger indexes are later."""
        return self.moments[min(index, len(self.moments) - 1)]

    def arrivals(self) -> range:
        """Return the indexes of events that happened since the last call."""
        before = max(self.known, self.months.total())
        until = min(self.now(), self.stops_at or self.now())
        self.known = max(before, bisect_right(self.moments, until))
        return range(before, self.known)


@dataclass(slots=True)
class HabitualHistory(OrderHistory):
    """Sales of a shop whose marketplaces have shares of their own, out of a hundred, drawn by chance."""

    places: Mapping[int, str] = field(default_factory=dict)

    def market_of(self, index: int) -> str:
        """Return which marketplace a sale came from, nothing for the own site."""
        ticket = below(100, self.seed, 9, index)
        for share, market in self.places.items():
            ticket -= share
            if ticket < 0:
                return market
        return ""


def trade_by(portal: Portal, habits: Habits) -> None:
    """Give a shop thirteen months of trade by these habits, and continue so."""
    old: OrderHistory = portal.extra["order_history"]
    deals: Deals = portal.extra["deals"]
    history = HabitualHistory(
        seed=old.seed,
        pace=_pace(portal, habits, habits.orders_a_day, "orders"),  # type: ignore[arg-type]
        goods=old.goods,
        markets=bool(habits.markets),
        contacts=old.contacts,
        managers=old.managers,
        ways_to_pay=habits.ways_to_pay,
        ways_to_deliver=habits.ways_to_deliver,
        places=habits.markets,
    )
    lay_orders(portal, history)
    pace = _pace(portal, habits, habits.deals_a_day, "deals")
    new = Deals(
        seed=deals.seed, pace=pace, lead_months=deals.lead_months, managers=deals.managers,  # type: ignore[arg-type]
        contacts=deals.contacts, companies=deals.companies, pipelines=deals.pipelines, markets=bool(habits.markets),
    )  # fmt: skip
    portal.extra["deals"] = new
    portal.tables["deal"] = type(portal.tables["deal"])(
        key="id", build=new.deal, ids=range(FIRST_DEAL, FIRST_DEAL + pace.months.total())
    )


def _pace(portal: Portal, habits: Habits, a_day: float, what: str) -> HabitualPace:
    now = portal.now()
    chance = random.Random(f"{portal.world.seed}|{portal.host}|{what}|{habits.orders_a_day}")
    days = (now + AHEAD - month_starts(now)[0]).days
    moments: list[datetime] = []
    for number in range(days):
        day = month_starts(now)[0] + timedelta(days=number)
        moments += sorted(_moments(habits, day, a_day, chance))
    return HabitualPace(moments, portal.world.clock.now, _Counted(bisect_right(moments, now)))


def _moments(habits: Habits, day: datetime, a_day: float, chance: random.Random) -> Iterator[datetime]:
    """Draw the moments of one day: a Poisson process in the hours in which the shop is open."""
    rate = a_day * habits.worth(day.date()) / (habits.closes - habits.opens)
    hour = habits.opens
    while rate > 0:
        hour += chance.expovariate(rate)
        if hour >= habits.closes:
            return
        yield day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=int(hour * 3600))


def _inside(mark: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> bool:
    if first <= last:
        return first <= mark <= last
    return mark >= first or mark <= last
