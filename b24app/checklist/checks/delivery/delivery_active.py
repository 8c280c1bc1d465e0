"""Can an order be delivered at all?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
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
    """Judge that a service is switched on that delivers: not a profile alone, none whose profiles are all off."""
    services = deliveries.usable()
    if not services:
        return failed(N_("No delivery service is switched on"))
    real = tuple(row.name for row in services if not row.is_none)
    if not real:
        return warned(N_("Only “without delivery” is left to buyers"))
    return passed(N_("Delivery by %(names)s"), names=real)
