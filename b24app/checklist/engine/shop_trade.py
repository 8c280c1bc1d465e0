"""How a shop trades, by the facts: its hours, its usual number of orders, whether it pauses as it did a year ago. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from statistics import median

from b24app.checklist.engine.shop_hours import Pattern, TradeHours, country_of, pattern_of
from b24app.checklist.engine.traffic import rhythm
from b24app.checklist.engine.verdict import Verdict, passed
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_

SAME_PAUSE = 0.6
"""A pause of a year ago explains one that is not much longer: shops do not close on exactly the same day each year."""
SHORTEST_PAUSE = timedelta(days=3)
SAME_TRADE = 1.5


def hours_of(
    now: datetime,
    application: Application | None,
    orders: RecentOrders | None,
    months: OrderMonths | None,
    year: YearAgo | None,
) -> TradeHours:
    """The hours of this shop: derived from the orders of half a year and of a year ago, as far as they are known."""
    hours = TradeHours(country_of(application.license if application else ""), now.tzinfo)
    known = [months.pattern] if months else []
    if not months and orders and orders.moments:
        known.append(pattern_of(orders.moments, min(orders.moments), max(orders.moments), hours))
    if year and (then := year.moments):
        known.append(pattern_of(then, then[0], then[-1], hours))
    return hours.learned(reduce(Pattern.joined, known, Pattern()))


def rested_a_year_ago(pause: timedelta | None, last: datetime, now: datetime) -> bool:
    """Whether nothing came around this day a year ago for about as long as nothing comes now."""
    return pause is not None and pause >= max(SHORTEST_PAUSE, SAME_PAUSE * (now - last))


def pauses_now(
    orders: RecentOrders | None, year: YearAgo | None, now: datetime, hours: TradeHours
) -> Verdict | None:
    """The verdict on payments and parcels while the whole shop pauses as it did a year ago."""
    return resting(orders.moments if orders else (), year.pause if year else None, now, hours)


def resting(
    moments: Sequence[datetime], pause: timedelta | None, now: datetime, hours: TradeHours
) -> Verdict | None:
    """The same verdict for a stream with these moments and such a pause a year ago."""
    usual = rhythm(moments, hours)
    if usual.last is None or not usual.is_silent(now, hours, 1.0):
        return None
    if not rested_a_year_ago(pause, usual.last, now):
        return None
    return passed(
        N_("Quiet as it was at this time a year ago"), N_("The last came on %(last_at)s"), last_at=usual.last
    )


def orders_a_day(months: OrderMonths | None, hours: TradeHours) -> float:
    """The usual orders of a usual day: the median of the ended months."""
    if months is None:
        return 0.0
    ends = [month.first_day for month in months.months]
    rates = [
        month.count / days
        for month, end in zip(months.months[1:], ends, strict=False)
        if (days := hours.between(month.first_day, end))
    ]
    return median(rates) if rates else 0.0


def sold_as_little_a_year_ago(
    year: YearAgo | None, moments: Sequence[datetime], now: datetime, hours: TradeHours
) -> bool:
    """Whether the trade of this season was not much livelier a year ago than it is now."""
    then = year.moments if year else []
    if not then or not moments:
        return False
    usual = len(then) / max(hours.between(then[0], then[-1]), 1.0)
    present = len(moments) / max(hours.between(min(moments), now), 1.0)
    return usual <= SAME_TRADE * present
