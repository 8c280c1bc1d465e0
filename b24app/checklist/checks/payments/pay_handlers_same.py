"""Does each pay system still send the money to the same handler?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, no_baseline
from b24app.checklist.engine.pay_providers import handler_title
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, seen, warned
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Pay systems keep their handlers"),
    why=N_("Another handler means another account at the provider: the money may go elsewhere or nowhere."),
    remedy=N_("Open the pay system, choose the former handler and check the shop's keys."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_handlers_same(pay_systems: PaySystems, baseline: Baseline) -> Verdict:
    """Judge that handler and payment mode of each system are those of the baseline; one that is switched off is a remark."""
    before = baseline.of(PaySystems)
    if before is None:
        return no_baseline()
    was = before.by_id()
    kept = [system for system in pay_systems.systems if system.id in was]
    changed = [system for system in kept if was[system.id].action_file != system.action_file]
    evidence = tuple(
        seen(
            s.name,
            N_("%(was)s → %(value)s"),
            Level.FAIL if s.takes_orders else None,
            was=handler_title(was[s.id].action_file),
            value=handler_title(s.action_file),
        )
        for s in changed
    )
    loud = tuple(system.name for system in changed if system.takes_orders)
    if loud:
        return failed(N_("The handler was replaced: %(names)s"), None, evidence, names=loud)
    modes = tuple(s.name for s in kept if s.takes_orders and was[s.id].ps_mode != s.ps_mode)
    if modes:
        return warned(
            N_("Buyers pay in another way than in the snapshot: %(names)s"),
            N_("The handler is the same, its way of paying was changed: card, SBP, wallet"),
            evidence,
            names=modes,
        )
    return passed(N_("The handlers are the same"), None, evidence)
