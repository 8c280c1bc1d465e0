"""Did a delivery service of the baseline go off or disappear?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check, then, today
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, warned
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.text.messages import N_


@check(
    title=N_("Delivery services of the snapshot work"),
    why=N_("A buyer whose usual delivery is gone leaves the cart."),
    remedy=N_("Switch the service on or add it again with the settings of the snapshot."),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Delivery services"),
)
def deliveries_still_on(deliveries: Deliveries, baseline: Baseline, now: datetime) -> Verdict:
    """Judge that every service and profile that was active is active."""
    before = baseline.of(Deliveries)
    working = {row.id for row in deliveries.active()}
    lost = tuple(row for row in (before.active() if before else ()) if row.id not in working)
    if not lost:
        return passed(N_("Active services and profiles: %(count)s"), count=len(working))
    known = before.by_id() if before else {}
    heirs = {(row.name, row.is_profile) for row in deliveries.active() if row.id not in known}
    gone = tuple(row.name for row in lost if (row.name, row.is_profile) not in heirs)
    if not gone:
        return warned(
            N_("Made anew since the snapshot: %(names)s"),
            N_("Another one of the same name is switched on: calculate delivery in a test cart"),
            names=tuple(row.name for row in lost),
        )
    evidence = (then(baseline, N_("switched on")), today(now, N_("switched off or gone"), Level.FAIL))
    return failed(
        N_("Switched off or gone: %(names)s"),
        N_("In the snapshot buyers could choose them"),
        evidence,
        names=gone,
    )
