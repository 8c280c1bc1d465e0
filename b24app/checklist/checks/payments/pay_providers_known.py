"""Who takes the money?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_

TITLES = {
    "yookassa": N_("YooKassa, handler %(code)s"),
    "sberbank": N_("Sberbank, handler %(code)s"),
    "robokassa": N_("Robokassa, handler %(code)s"),
    "tbank": N_("T-Bank, handler %(code)s"),
    "bill": N_("Invoice, handler %(code)s"),
    "cash": N_("Cash, handler %(code)s"),
}


@check(
    title=N_("Payment providers are recognised"),
    why=N_("Each provider has its own cabinet to check: keys, notification address, test payment."),
    remedy=N_("Write down for each provider who has access to its cabinet."),
    area=Area.PAYMENTS,
    severity=Severity.NOTE,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_providers_known(pay_systems: PaySystems) -> Verdict:
    """Name the providers' accounts, which the portal does not see and the check cannot judge; a question asks about a test payment."""
    working = pay_systems.for_orders()
    if not working:
        return not_used(N_("No pay system takes orders"))
    evidence = tuple(
        seen(s.name, TITLES.get(s.provider, N_("handler %(code)s")), code=s.action_file) for s in working
    )
    online = tuple(system.name for system in working if not system.is_offline)
    if not online:
        return passed(N_("No provider has a cabinet to look into: orders are paid by hand"), None, evidence)
    text = N_(
        "The portal does not see the cabinets of payment providers; the question “Did a test payment go through?” is about them"
    )
    return not_used(text, N_("Cabinets to look into: %(names)s"), evidence, names=online)
