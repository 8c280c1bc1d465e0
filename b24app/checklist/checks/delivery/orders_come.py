"""Do orders come?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.traffic import Rhythm, judge_traffic, rhythm
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.text.messages import N_, NN_

USUAL_GAPS = 8
ORDERS = N_("orders")


@check(
    title=N_("Orders come as usual"),
    why=N_("Silence in orders is the first sign of a broken checkout, payment or exchange."),
    remedy=N_("Place a test order on the site and find it in CRM."),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Orders"),
)
def orders_come(
    recent_orders: RecentOrders, now: datetime, baseline: Baseline, activated_at: datetime | None
) -> Verdict:
    """Judge silence against the shop's own rhythm: over a day and over eight usual gaps."""
    recent = rhythm(order.date_insert for order in recent_orders.rows)
    if recent.last is None:
        return not_used(N_("The portal works without orders"))
    before = baseline.of(RecentOrders)
    usual = rhythm(order.date_insert for order in before.rows) if before else Rhythm()
    if awaited := judge_traffic({ORDERS: usual}, {ORDERS: recent}, activated_at, now, USUAL_GAPS):
        return awaited
    evidence = (seen(N_("Newest order"), N_("%(last_at)s"), last_at=recent.last),)
    if recent.is_silent(now, 1, USUAL_GAPS):
        return failed(
            NN_("No orders for %(count)s day", "No orders for %(count)s days"),
            N_("Usually they come much more often"),
            evidence,
            count=recent.silent_days(now),
        )
    return passed(N_("The newest order came on %(last_at)s"), None, evidence, last_at=recent.last)
