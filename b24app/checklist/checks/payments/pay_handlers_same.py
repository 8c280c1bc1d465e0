"""Does every pay system still send buyers to the same handler?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, no_baseline
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, seen
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
    """Judge that the handler of each system is the one of the baseline."""
    before = baseline.of(PaySystems)
    if before is None:
        return no_baseline()
    was = before.by_id()
    changed = [s for s in pay_systems.systems if s.id in was and was[s.id].action_file != s.action_file]
    evidence = tuple(
        seen(s.name, N_("%(was)s → %(value)s"), Level.FAIL, was=was[s.id].action_file, value=s.action_file)
        for s in changed
    )
    if changed:
        names = tuple(system.name for system in changed)
        return failed(N_("The handler was replaced: %(names)s"), None, evidence, names=names)
    return passed(N_("The handlers are the same"))
