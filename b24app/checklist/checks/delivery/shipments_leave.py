"""Do parcels leave with every delivery service?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.shop_hours import TradeHours
from b24app.checklist.engine.shop_trade import hours_of, pauses_now
from b24app.checklist.engine.traffic import Stream, Wording, judge_silence, judge_traffic, stream, with_ids
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.rare_shipments import RareShipments
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.recent_shipments import RecentShipments
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.text.messages import N_

LEAST = 5.0
WORDING = Wording(
    last=N_("last parcel %(last_at)s"),
    silent=N_("No parcels for unusually long: %(names)s"),
    fewer=N_("Parcels leave three times more rarely than before, or still less: %(names)s"),
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
    application: Application | None = None,
    recent_orders: RecentOrders | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge the silence of each service, identified by its id, against its own rhythm in the shop's own days and hours."""
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    if rest := pauses_now(recent_orders, year_ago, now, hours):
        return rest
    current = _streams(deliveries, recent_shipments, rare_shipments, hours)
    then = baseline.of(Deliveries), baseline.of(RecentShipments), baseline.of(RareShipments)
    before = _streams(*then, hours)
    awaited = judge_traffic(before, current, activated_at, now, hours)
    return awaited or judge_silence(before, current, now, hours, least=LEAST, wording=WORDING)


def _streams(
    deliveries: Deliveries | None,
    recent: RecentShipments | None,
    rare: RareShipments | None,
    hours: TradeHours,
) -> dict[str, Stream]:
    """The rhythm of each service that is switched on, by id."""
    if deliveries is None or recent is None:
        return {}
    few, active = rare or RareShipments({}), deliveries.active()
    names = with_ids(_names(deliveries))
    return {
        one.id: stream(names[one.id], (few if one.id in few.services else recent).moments_of(one.id), hours)
        for one in active
    }


def _names(deliveries: Deliveries) -> dict[str, str]:
    """What each is called; one that shares its name with another is shown below its parent."""
    every = deliveries.by_id()
    shared = [one.name for one in deliveries.services]
    names = {}
    for key, one in every.items():
        parent = every.get(str(one.parent_id))
        below = parent is not None and shared.count(one.name) > 1
        names[key] = f"{parent.name}: {one.name}" if parent and below else one.name
    return names
