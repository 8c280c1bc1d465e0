"""Is a profile left without its service?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.text.messages import N_


@check(
    title=N_("Profiles of delivery have a working service"),
    why=N_("A profile inside a switched-off service is not shown at the checkout although it looks active."),
    remedy=N_("Switch the service on, or switch off its profiles to see the truth."),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Delivery services"),
)
def delivery_profiles_reachable(deliveries: Deliveries) -> Verdict:
    """Judge that the parent of each active profile is active."""
    working = {row.id for row in deliveries.active()}
    profiles = [row for row in deliveries.active() if row.is_profile]
    lonely = tuple(row.name for row in profiles if str(row.parent_id) not in working)
    if lonely:
        return failed(N_("The service of these profiles is off or removed: %(names)s"), names=lonely)
    if not profiles:
        return not_used(N_("Delivery services have no profiles"))
    return passed(N_("Profiles with a working service: %(count)s"), count=len(profiles))
