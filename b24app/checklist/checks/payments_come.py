"""Is money coming through every pay system?"""

from datetime import datetime

from b24app.checklist.area import Area, Severity
from b24app.checklist.check import check
from b24app.checklist.facts.pay_systems import PaySystems
from b24app.checklist.facts.rare_payments import RarePayments
from b24app.checklist.facts.recent_payments import RecentPayments
from b24app.checklist.silence import Wording, judge_silence
from b24app.checklist.verdict import Verdict
from b24app.texts import N_

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
    rare_payments: RarePayments | None = None,
) -> Verdict:
    """Judge silence against the system's own rhythm: over seven days and over five usual gaps."""
    rare = rare_payments or RarePayments({})
    online = [system for system in pay_systems.for_orders() if not system.is_offline]
    lively = {s.name: (rare if s.id in rare.systems else recent_payments).rhythm_of(s.id) for s in online}
    return judge_silence(lively, now, 7, WORDING)
