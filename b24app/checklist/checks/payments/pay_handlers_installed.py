"""Is the application behind each pay system still there?"""

from collections.abc import Container
from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.pay_providers import is_of_the_portal
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.payments.pay_handlers import PayHandlers
from b24app.checklist.facts.payments.pay_systems import PaySystem, PaySystems
from b24app.checklist.facts.payments.recent_payments import RecentPayments
from b24app.plans.plan_catalogue import ON_PREMISE
from b24app.text.messages import N_

MONEY_COMES = timedelta(days=3)
"""Money that came so recently proves that a handler works, whether our list has it or not."""


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
def pay_handlers_installed(
    pay_systems: PaySystems,
    pay_handlers: PayHandlers,
    now: datetime,
    *,
    baseline: Baseline,
    application: Application | None = None,
    recent_payments: RecentPayments | None = None,
) -> Verdict:
    """Judge that a handler that an application had registered is there still, or was there at all."""
    before = baseline.of(PayHandlers)
    here = pay_handlers.by_code()
    lost = {handler.code: handler.name for handler in gone(before.by_code() if before else None, here)}
    broken = tuple(s.name for s in pay_systems.for_orders() if s.action_file in lost)
    if broken:
        return failed(N_("The application that took the money is gone: %(names)s"), names=broken)
    paid = _paid_lately(recent_payments, now)
    strange = () if _is_on_premise(application) else _without_handler(pay_systems, here, baseline)
    silent = tuple(system.name for system in strange if system.id not in paid)
    if silent:
        return warned(
            N_("Neither the portal nor an application handles these pay systems: %(names)s"),
            N_("Most likely the application was removed earlier: a buyer who chooses them cannot pay"),
            names=silent,
        )
    if lost:
        return warned(N_("A payment application is gone: %(names)s"), names=tuple(lost.values()))
    return passed(N_("Handlers of applications: %(count)s"), count=len(pay_handlers.rows))


def _without_handler(systems: PaySystems, here: Container[str], baseline: Baseline) -> list[PaySystem]:
    """Systems at work whose handler is neither an application's nor the portal's own; one just added was chosen from a list."""
    before = baseline.of(PaySystems)
    was = before.by_id() if before else None
    return [
        one
        for one in systems.for_orders()
        if one.action_file
        and one.action_file not in here
        and not is_of_the_portal(one.action_file)
        and (was is None or (one.id in was and was[one.id].action_file == one.action_file))
    ]


def _paid_lately(payments: RecentPayments | None, now: datetime) -> set[str]:
    rows = payments.rows if payments else ()
    return {row.pay_system_id for row in rows if row.date_paid and now - row.date_paid <= MONEY_COMES}


def _is_on_premise(application: Application | None) -> bool:
    """On-premise portals may have handlers of their own, as files that REST does not list."""
    return application is not None and application.license.partition("_")[2] == ON_PREMISE
