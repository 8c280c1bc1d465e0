"""Were the keys of a pay system changed?"""

from b24app.checklist.engine.changed_settings import judge_settings
from b24app.checklist.engine.check import Area, Baseline, CheckTime, check, no_baseline
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Settings of pay systems are as in the snapshot"),
    why=N_("A changed key or mode sends the money to another account or into a test."),
    remedy=N_("Ask who changed the settings; make a test payment and accept the change if it is right."),
    area=Area.PAYMENTS,
    stage=CheckTime.AFTER,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_settings_same(pay_systems: PaySystems, pay_settings: PaySettingsById, baseline: Baseline) -> Verdict:
    """Judge by fingerprints that settings are those of the baseline; of a system that was off then, or is off now, it is a remark."""
    before = baseline.of(PaySettingsById)
    if before is None:
        return no_baseline()
    was = baseline.of(PaySystems)
    both = {system.id for system in (was or pay_systems).for_orders()}
    at_work = {system.id for system in pay_systems.for_orders() if system.id in both}
    return judge_settings(
        before.systems,
        pay_settings.systems,
        pay_systems.by_id(),
        at_work,
        N_("Settings of pay systems have not changed; compared: %(count)s"),
    )
