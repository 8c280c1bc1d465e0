"""Can a buyer pay at all?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, seen, warned
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Buyers can pay online"),
    why=N_("A shop without an active pay system for orders takes no money from its site."),
    remedy=N_("Switch on at least one online pay system for orders and place a test order."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_system_for_orders(pay_systems: PaySystems) -> Verdict:
    """Judge that some active system takes shop orders online; an invoice for companies is not online."""
    working = pay_systems.for_orders()
    online = tuple(system.name for system in working if not system.is_offline)
    evidence = tuple(seen(N_("Takes orders"), value=system.name) for system in working)
    if online:
        return passed(N_("Orders are paid through %(names)s"), None, evidence, names=online)
    if working:
        return warned(N_("No online payment: orders are paid in cash or by invoice only"), None, evidence)
    return failed(N_("No pay system takes shop orders"), N_("Systems for invoices only do not count"))
