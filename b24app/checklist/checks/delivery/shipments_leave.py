"""Do parcels leave with every delivery service?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.traffic import USUAL_GAPS, Rhythm, Wording, judge_silence, judge_traffic
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.delivery.rare_shipments import RareShipments
from b24app.checklist.facts.delivery.recent_shipments import RecentShipments
from b24app.text.messages import N_

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
    place=N_("CRM → Orders"),
)
def shipments_leave(
    deliveries: Deliveries,
    recent_shipments: RecentShipments,
    now: datetime,
    *,
    baseline: Baseline,
    activated_at: datetime | None,
    rare_shipments: RareShipments | None = None,
) -> Verdict:
    """Judge silence against the service's own rhythm: over fourteen days and over five usual gaps."""
    current = _rhythms(deliveries, recent_shipments, rare_shipments)
    then = baseline.of(Deliveries), baseline.of(RecentShipments), baseline.of(RareShipments)
    awaited = judge_traffic(_rhythms(*then), current, activated_at, now, USUAL_GAPS)
    return awaited or judge_silence(current, now, 14, WORDING)


def _rhythms(
    deliveries: Deliveries | None, recent: RecentShipments | None, rare: RareShipments | None
) -> dict[str, Rhythm]:
    """The rhythm of each service that is switched on, by name."""
    if deliveries is None or recent is None:
        return {}
    few = rare or RareShipments({})
    return {s.name: (few if s.id in few.services else recent).rhythm_of(s.id) for s in deliveries.active()}
