"""Do orders come?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.shop_hours import TradeHours
from b24app.checklist.engine.shop_trade import (
    hours_of,
    orders_a_day,
    pauses_now,
    sold_as_little_a_year_ago,
)
from b24app.checklist.engine.traffic import Stream, has_fallen, judge_traffic, rhythm
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_, NN_

LEAST = 1.0
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
    recent_orders: RecentOrders,
    now: datetime,
    *,
    baseline: Baseline,
    activated_at: datetime | None,
    application: Application | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge silence and a fall against the shop's own rhythm, in its own working days and hours."""
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    before = baseline.of(RecentOrders)
    recent = rhythm(recent_orders.moments, hours)
    usual = rhythm(before.moments, hours) if before else recent
    if recent.last is None:
        return _none_at_all(before)
    if rest := pauses_now(recent_orders, year_ago, now, hours):
        return rest
    streams = {"orders": Stream(ORDERS, recent)}
    if awaited := judge_traffic({"orders": Stream(ORDERS, usual)}, streams, activated_at, now, hours):
        return awaited
    evidence = (seen(N_("Newest order"), N_("%(last_at)s"), last_at=recent.last),)
    if recent.is_silent(now, hours, LEAST):
        return failed(
            NN_("No orders for %(count)s day", "No orders for %(count)s days"),
            N_("Usually they come much more often, weekends and holidays left out"),
            evidence,
            count=recent.silent_days(now),
        )
    return _fallen(recent_orders, order_months, year_ago, now, hours) or passed(
        N_("The newest order came on %(last_at)s"), None, evidence, last_at=recent.last
    )


def _none_at_all(before: RecentOrders | None) -> Verdict:
    if before is not None and before.moments:
        return failed(N_("There are no orders any more"), N_("In the snapshot there were some"))
    return not_used(N_("The portal works without orders"))


def _fallen(
    orders: RecentOrders, months: OrderMonths | None, year: YearAgo | None, now: datetime, hours: TradeHours
) -> Verdict | None:
    usual = orders_a_day(months, hours)
    if not has_fallen(orders.moments, usual, now, hours):
        return None
    if sold_as_little_a_year_ago(year, orders.moments, now, hours):
        return None
    present = len(orders.moments) / max(hours.between(min(orders.moments), now), LEAST)
    return warned(
        N_("Orders come three times more rarely than usual, or still less"),
        N_("In a working day %(present)s instead of %(usual)s"),
        (seen(N_("Newest order"), N_("%(last_at)s"), last_at=max(orders.moments)),),
        present=round(present, 1),
        usual=round(usual, 1),
    )
