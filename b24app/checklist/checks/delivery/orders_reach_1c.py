"""Does 1C take new orders?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.shop_trade import hours_of
from b24app.checklist.engine.traffic import overdue
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_

DELAY = 2.0
"""The exchange may take its time: an order of the last two usual days is not missed yet."""
EXCHANGE = "1c"


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
    recent_orders: RecentOrders,
    now: datetime,
    *,
    baseline: Baseline,
    application: Application | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge by the marks that 1C leaves in orders (`updated1c`, `id1c`): whether too many orders in a row have none."""
    before = baseline.of(RecentOrders)
    met, was = _met(recent_orders), _met(before)
    if not met and not was:
        return not_used(N_("1C leaves no marks in orders"))
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    old = [
        row for row in recent_orders.rows if row.date_insert and hours.between(row.date_insert, now) > DELAY
    ]
    newest = max((row.id or 0 for row in old), default=0)
    evidence = tuple(
        seen(N_("Newest order that 1C has taken"), N_("%(last_at)s"), last_at=row.date_insert)
        for row in sorted((row for row in recent_orders.rows if row.met_1c), key=lambda row: row.id or 0)[-1:]
    )
    if overdue({EXCHANGE: was}, {EXCHANGE: met}, newest):
        return warned(N_("1C has not taken the newest orders"), N_("It took those before them"), evidence)
    return passed(N_("1C takes orders"), None, evidence)


def _met(orders: RecentOrders | None) -> list[int]:
    return [row.id for row in orders.rows if row.met_1c and row.id is not None] if orders else []
