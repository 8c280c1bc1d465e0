"""Do parcels leave with every delivery service?"""

from datetime import datetime

from b24app.checklist.area import Area, Severity
from b24app.checklist.check import check
from b24app.checklist.facts.deliveries import Deliveries
from b24app.checklist.facts.rare_shipments import RareShipments
from b24app.checklist.facts.recent_shipments import RecentShipments
from b24app.checklist.verdict import Verdict, passed, seen, unknown, warned
from b24app.texts import N_


@check(
    title=N_("Parcels leave as usual"),
    why=N_("A service that is on and silent for long is often broken at the carrier's side."),
    remedy=N_("Create a test shipment with this service and look at the carrier's answer."),
    area=Area.DELIVERY,
    severity=Severity.WORK,
    place=N_("CRM → Orders"),
)
def shipments_leave(
    deliveries: Deliveries,
    recent_shipments: RecentShipments,
    now: datetime,
    rare_shipments: RareShipments | None = None,
) -> Verdict:
    """Judge silence against the service's own rhythm: over fourteen days and over five usual gaps."""
    rare = rare_shipments or RareShipments({})
    active = deliveries.active()
    lively = {s.name: (rare if s.id in rare.services else recent_shipments).rhythm_of(s.id) for s in active}
    evidence = tuple(
        seen(name, N_("last parcel %(last_at)s"), last_at=beat.last)
        for name, beat in lively.items()
        if beat.last
    )
    silent = tuple(name for name, beat in lively.items() if beat.is_silent(now, 14, 5))
    if silent:
        return warned(
            N_("No parcels for unusually long: %(names)s"),
            N_("The service is switched on"),
            evidence,
            names=silent,
        )
    if not evidence:
        return unknown(N_("There are no recent parcels to judge by"))
    return passed(N_("Parcels leave in the usual rhythm"), None, evidence)
