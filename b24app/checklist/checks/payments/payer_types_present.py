"""Does every pay system have its payer?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.checklist.facts.payments.person_types import PersonTypes
from b24app.text.messages import N_


@check(
    title=N_("Payer types of pay systems exist"),
    why=N_("A pay system of a payer type that is gone is never offered at the checkout."),
    remedy=N_("Choose an existing payer type in the pay system or create the type again."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payer types"),
)
def payer_types_present(pay_systems: PaySystems, person_types: PersonTypes) -> Verdict:
    """Judge that the payer type that each active system names is there and switched on."""
    known = {row.id for row in person_types.rows if row.active}
    orphans = tuple(
        s.name for s in pay_systems.for_orders() if s.person_type_id and s.person_type_id not in known
    )
    if orphans:
        return failed(
            N_("The payer type is gone: %(names)s"), N_("Buyers are not offered these systems"), names=orphans
        )
    return passed(N_("Payer types: %(count)s"), count=len(known))
