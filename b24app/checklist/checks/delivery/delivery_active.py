"""Can an order be delivered at all?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.text.messages import N_


@check(
    title=N_("Some delivery service is on"),
    why=N_("Without an active delivery service buyers cannot finish the checkout."),
    remedy=N_("Switch on at least one delivery service."),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Delivery services"),
)
def delivery_active(deliveries: Deliveries) -> Verdict:
    """Judge that a service, not only a profile, is switched on."""
    services = tuple(row.name for row in deliveries.active() if not row.is_profile)
    if services:
        return passed(N_("Delivery by %(names)s"), names=services)
    return failed(N_("No delivery service is switched on"))
