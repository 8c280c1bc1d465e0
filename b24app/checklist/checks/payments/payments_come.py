"""Is money coming through every pay system?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.shop_hours import TradeHours
from b24app.checklist.engine.shop_trade import hours_of, pauses_now
from b24app.checklist.engine.traffic import Stream, Wording, judge_silence, judge_traffic, stream, with_ids
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.checklist.facts.payments.rare_payments import RarePayments
from b24app.checklist.facts.payments.recent_payments import RecentPayments
from b24app.text.messages import N_

LEAST = 3.0
WORDING = Wording(
    last=N_("last payment %(last_at)s"),
    silent=N_("No payments for unusually long: %(names)s"),
    fewer=N_("Payments come three times more rarely than before, or still less: %(names)s"),
    switched_on=N_("The pay system is switched on"),
    nothing=N_("There are no recent payments to judge by"),
    usual=N_("Payments come in the usual rhythm"),
)


@check(
    title=N_("Payments come as usual"),
    why=N_("A system that is switched on and silent for long is often broken at the provider's side."),
    remedy=N_("Pay for a test order through this system and look at its log in the provider's cabinet."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def payments_come(
    pay_systems: PaySystems,
    recent_payments: RecentPayments,
    now: datetime,
    *,
    baseline: Baseline,
    activated_at: datetime | None,
    rare_payments: RarePayments | None = None,
    application: Application | None = None,
    recent_orders: RecentOrders | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge the silence of each system, identified by its id, against its own rhythm in the shop's own days and hours."""
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    current = _streams(pay_systems, recent_payments, rare_payments, hours)
    if rest := pauses_now(recent_orders, year_ago, now, hours):
        return rest
    then = baseline.of(PaySystems), baseline.of(RecentPayments), baseline.of(RarePayments)
    before = _streams(*then, hours)
    awaited = judge_traffic(before, current, activated_at, now, hours)
    return awaited or judge_silence(before, current, now, hours, least=LEAST, wording=WORDING)


def _streams(
    systems: PaySystems | None,
    recent: RecentPayments | None,
    rare: RarePayments | None,
    hours: TradeHours,
) -> dict[str, Stream]:
    """The rhythm of each system that takes money online, by id."""
    if systems is None or recent is None:
        return {}
    few = rare or RarePayments({})
    online = [system for system in systems.for_orders() if not system.is_offline]
    names = with_ids({one.id: one.name for one in online})
    return {
        key: stream(name, (few if key in few.systems else recent).moments_of(key), hours)
        for key, name in names.items()
    }
