"""Do orders from outside come?"""

from datetime import datetime

from b24app.checklist.area import Area, Severity
from b24app.checklist.check import Baseline, check
from b24app.checklist.facts.recent_orders import RecentOrders
from b24app.checklist.rhythm import rhythm
from b24app.checklist.verdict import Verdict, not_used, passed, seen, warned
from b24app.texts import N_, NN_


@check(
    title=N_("Orders from outside come as usual"),
    why=N_("Marketplaces and other exchanges stop silently: the portal sends no signal about it."),
    remedy=N_("Open the exchange's application, sign in again and load the missing orders by hand."),
    area=Area.MARKETPLACES,
    severity=Severity.ORDERS,
    place=N_("Market → Installed"),
)
def external_orders_come(recent_orders: RecentOrders, now: datetime, baseline: Baseline) -> Verdict:
    """Judge the silence of orders marked as external: over three days and over three usual gaps."""
    beat = rhythm(row.date_insert for row in recent_orders.rows if row.external_order)
    before = baseline.of(RecentOrders)
    came = any(row.external_order for row in before.rows) if before else False
    if beat.last is None and came:
        return warned(N_("None of the newest orders came from outside"), N_("In the snapshot some did"))
    if beat.last is None:
        return not_used(N_("None of the newest orders came from outside"))
    evidence = (seen(N_("Newest order from outside"), N_("%(last_at)s"), last_at=beat.last),)
    if beat.is_silent(now, 3, 3):
        return warned(
            NN_("No orders from outside for %(count)s day", "No orders from outside for %(count)s days"),
            None,
            evidence,
            count=beat.silent_days(now),
        )
    return passed(N_("The newest order from outside came on %(last_at)s"), None, evidence, last_at=beat.last)
