"""Do orders from outside come?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.traffic import Rhythm, judge_traffic, rhythm
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.text.messages import N_, NN_

USUAL_GAPS = 3
ORDERS = N_("orders from outside")


@check(
    title=N_("Orders from outside come as usual"),
    why=N_("Marketplaces and other exchanges stop silently: the portal sends no signal about it."),
    remedy=N_("Open the exchange's application, sign in again and load the missing orders by hand."),
    area=Area.MARKETPLACES,
    severity=Severity.ORDERS,
    place=N_("Market → Installed"),
)
def external_orders_come(
    recent_orders: RecentOrders, now: datetime, baseline: Baseline, activated_at: datetime | None
) -> Verdict:
    """Judge the silence of orders marked as external: over three days and over three usual gaps."""
    recent, usual = _rhythm(recent_orders), _rhythm(baseline.of(RecentOrders))
    if awaited := judge_traffic({ORDERS: usual}, {ORDERS: recent}, activated_at, now, USUAL_GAPS):
        return awaited
    if recent.last is None and usual.last is not None:
        return warned(N_("None of the newest orders came from outside"), N_("In the snapshot some did"))
    if recent.last is None:
        return not_used(N_("None of the newest orders came from outside"))
    evidence = (seen(N_("Newest order from outside"), N_("%(last_at)s"), last_at=recent.last),)
    if recent.is_silent(now, 3, USUAL_GAPS):
        return warned(
            NN_("No orders from outside for %(count)s day", "No orders from outside for %(count)s days"),
            None,
            evidence,
            count=recent.silent_days(now),
        )
    return passed(
        N_("The newest order from outside came on %(last_at)s"), None, evidence, last_at=recent.last
    )


def _rhythm(orders: RecentOrders | None) -> Rhythm:
    """The rhythm of orders that another system has marked as its own."""
    return rhythm(row.date_insert for row in orders.rows if row.external_order) if orders else Rhythm()
