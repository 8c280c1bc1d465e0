"""Do new deals appear?"""

from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.shop_hours import TradeHours, pattern_of
from b24app.checklist.engine.shop_trade import hours_of, pauses_now, resting
from b24app.checklist.engine.traffic import has_fallen, judge_traffic, rhythm, stream
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, unknown, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.checklist.facts.crm.recent_deals import RecentDeals
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_, NN_

LEAST = 1.0
DEALS = N_("deals")
MONTH = timedelta(days=30)


@check(
    title=N_("New deals appear"),
    why=N_("No new deals while orders come means that requests do not reach CRM."),
    remedy=N_("Create a test deal from a form or the site and see that it appears."),
    area=Area.CRM,
    place=N_("CRM → Deals"),
    link="/crm/deal/",
)
def deals_appear(
    crm_totals: CrmTotals,
    now: datetime,
    *,
    baseline: Baseline,
    activated_at: datetime | None,
    recent_deals: RecentDeals | None = None,
    application: Application | None = None,
    recent_orders: RecentOrders | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge the silence of deals against their own rhythm in the shop's own days and hours."""
    deals = crm_totals.totals.get("deals")
    if deals is None or crm_totals.deals_30 is None:
        return unknown(N_("The portal does not show deals"))
    if not deals.count:
        return not_used(N_("The portal works without deals"))
    moments = recent_deals.moments if recent_deals else []
    if not moments:
        return _by_count(crm_totals.deals_30)
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    if rest := pauses_now(recent_orders, year_ago, now, hours):
        return rest
    hours = hours.learned(pattern_of(moments, min(moments), max(moments), hours))
    if recent_deals and (rest := resting(moments, recent_deals.pause, now, hours)):
        return rest
    before, found = baseline.of(RecentDeals), {DEALS: stream(DEALS, moments, hours)}
    usual = {DEALS: stream(DEALS, before.moments if before else [], hours)}
    awaited = judge_traffic(usual, found, activated_at, now, hours)
    return awaited or _judge(moments, crm_totals.deals_30, baseline, now, hours)


def _judge(
    moments: list[datetime], deals_30: int, baseline: Baseline, now: datetime, hours: TradeHours
) -> Verdict:
    recent = rhythm(moments, hours)
    evidence = (seen(N_("Newest deal"), N_("%(last_at)s"), last_at=recent.last),)
    if recent.is_silent(now, hours, LEAST):
        return warned(
            NN_("No new deals for %(count)s day", "No new deals for %(count)s days"),
            N_("Usually they come much more often, weekends and holidays left out"),
            evidence,
            count=recent.silent_days(now),
        )
    if _have_fallen(moments, baseline, now, hours):
        return warned(N_("Deals come three times more rarely than before, or still less"), None, evidence)
    return passed(N_("New deals in 30 days: %(count)s"), None, evidence, count=deals_30)


def _have_fallen(moments: list[datetime], baseline: Baseline, now: datetime, hours: TradeHours) -> bool:
    """Against the thirty days before the snapshot."""
    before = baseline.of(CrmTotals)
    if before is None or before.deals_30 is None or baseline.at is None:
        return False
    usual = before.deals_30 / max(hours.between(baseline.at - MONTH, baseline.at), 1.0)
    return has_fallen(moments, usual, now, hours)


def _by_count(deals_30: int) -> Verdict:
    """The verdict when the newest deals were not seen."""
    if not deals_30:
        return warned(N_("No new deals in 30 days"))
    return passed(N_("New deals in 30 days: %(count)s"), count=deals_30)
