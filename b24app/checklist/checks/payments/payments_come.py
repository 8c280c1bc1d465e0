"""Is money coming through every pay system?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.traffic import USUAL_GAPS, Rhythm, Wording, judge_silence, judge_traffic
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.checklist.facts.payments.rare_payments import RarePayments
from b24app.checklist.facts.payments.recent_payments import RecentPayments
from b24app.text.messages import N_

WORDING = Wording(
    last=N_("last payment %(last_at)s"),
    silent=N_("No payments for unusually long: %(names)s"),
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
) -> Verdict:
    """Judge silence against the system's own rhythm: over seven days and over five usual gaps."""
    current = _rhythms(pay_systems, recent_payments, rare_payments)
    then = baseline.of(PaySystems), baseline.of(RecentPayments), baseline.of(RarePayments)
    awaited = judge_traffic(_rhythms(*then), current, activated_at, now, USUAL_GAPS)
    return awaited or judge_silence(current, now, 7, WORDING)


def _rhythms(
    systems: PaySystems | None, recent: RecentPayments | None, rare: RarePayments | None
) -> dict[str, Rhythm]:
    """The rhythm of each system that takes money by itself, by name."""
    if systems is None or recent is None:
        return {}
    few = rare or RarePayments({})
    online = [system for system in systems.for_orders() if not system.is_offline]
    return {s.name: (few if s.id in few.systems else recent).rhythm_of(s.id) for s in online}
