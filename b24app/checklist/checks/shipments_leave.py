"""Do parcels leave with every delivery service?"""

from datetime import datetime

from b24app.checklist.area import Area, Severity
from b24app.checklist.check import check
from b24app.checklist.facts.deliveries import Deliveries
from b24app.checklist.facts.rare_shipments import RareShipments
from b24app.checklist.facts.recent_shipments import RecentShipments
from b24app.checklist.silence import Wording, judge_silence
from b24app.checklist.verdict import Verdict
from b24app.texts import N_

WORDING = Wording(
    last=N_("last parcel %(last_at)s"),
    silent=N_("No parcels for unusually long: %(names)s"),
    switched_on=N_("The service is switched on"),
    nothing=N_("There are no recent parcels to judge by"),
    usual=N_("Parcels leave in the usual rhythm"),
)


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
    return judge_silence(lively, now, 14, WORDING)
