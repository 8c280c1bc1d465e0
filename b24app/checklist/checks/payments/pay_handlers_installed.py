"""Is the application behind each pay system still there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
from b24app.checklist.facts.payments.pay_handlers import PayHandlers
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Applications behind pay systems are installed"),
    why=N_(
        "A pay system made by an application stops when the application is removed or its subscription ends."
    ),
    remedy=N_("Install the application of the payment provider again or renew its subscription."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("Market → Installed"),
)
def pay_handlers_installed(pay_systems: PaySystems, pay_handlers: PayHandlers, baseline: Baseline) -> Verdict:
    """Judge that a handler that an application had registered is registered still."""
    before = baseline.of(PayHandlers)
    lost = {
        handler.code: handler.name
        for handler in gone(before.by_code() if before else None, pay_handlers.by_code())
    }
    broken = tuple(s.name for s in pay_systems.for_orders() if s.action_file in lost)
    if broken:
        return failed(N_("The application that took the money is gone: %(names)s"), names=broken)
    if lost:
        return warned(N_("A payment application is gone: %(names)s"), names=tuple(lost.values()))
    return passed(N_("Handlers of applications: %(count)s"), count=len(pay_handlers.rows))
