"""Does 1C take new orders?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.shop_trade import hours_of
from b24app.checklist.engine.traffic import rhythm
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.orders_of_1c import OrdersOf1c
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_

DELAY = 2.0
"""The exchange may take its time: an order of the last two usual days is not missed yet."""


@check(
    title=N_("Orders reach 1C"),
    why=N_(
        "An exchange with 1C that stopped leaves orders unassembled and stock wrong, and nothing tells of it."
    ),
    remedy=N_(
        "Start the exchange from 1C by hand and read its log; check the user and the address it signs in with."
    ),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → 1C"),
)
def orders_reach_1c(
    orders_of_1c: OrdersOf1c,
    recent_orders: RecentOrders,
    now: datetime,
    *,
    application: Application | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge by the mark that 1C leaves in orders (`updated1c`): whether newer ones have been without it for too long."""
    if not orders_of_1c.moments:
        return not_used(N_("1C leaves no marks in orders"))
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    usual, taken = rhythm(orders_of_1c.moments, hours), max(row.id or 0 for row in orders_of_1c.rows)
    waiting = [row.date_insert for row in recent_orders.rows if row.date_insert and (row.id or 0) > taken]
    evidence = (seen(N_("Newest order that 1C has taken"), N_("%(last_at)s"), last_at=usual.last),)
    if waiting and usual.is_silent(now, hours, DELAY) and hours.between(min(waiting), now) > DELAY:
        return warned(N_("1C has not taken the newest orders"), N_("It took those before them"), evidence)
    return passed(N_("1C takes orders"), None, evidence)
