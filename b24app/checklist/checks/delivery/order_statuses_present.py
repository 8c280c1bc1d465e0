"""Are the statuses of orders whole?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.delivery.order_statuses import OrderStatuses
from b24app.text.messages import N_


@check(
    title=N_("Order statuses are whole"),
    why=N_("Orders in a lost status have nowhere to stand, and exchanges with 1C stop with an error."),
    remedy=N_("Create the status again with the same code."),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Order statuses"),
)
def order_statuses_present(order_statuses: OrderStatuses, baseline: Baseline) -> Verdict:
    """Judge that no status of the baseline is lost."""
    before = baseline.of(OrderStatuses)
    was = {(row.type, row.id): row.id for row in before.rows} if before else None
    lost = gone(was, {(row.type, row.id): row.id for row in order_statuses.rows})
    if lost:
        return failed(N_("Statuses are gone: %(names)s"), names=lost)
    if not order_statuses.rows:
        return not_used(N_("The portal works without orders"))
    return passed(N_("Statuses: %(count)s"), count=len(order_statuses.rows))
