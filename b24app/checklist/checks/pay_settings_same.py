"""Did anybody touch the keys of a pay system?"""

from b24app.checklist.area import Area, Severity, Stage
from b24app.checklist.check import Baseline, check
from b24app.checklist.facts.pay_settings import PaySettingsById
from b24app.checklist.facts.pay_systems import PaySystems
from b24app.checklist.since import no_snapshot
from b24app.checklist.verdict import Verdict, passed, warned
from b24app.texts import N_


@check(
    title=N_("Settings of pay systems are as in the snapshot"),
    why=N_("A changed key or mode sends the money to another account or into a test."),
    remedy=N_("Ask who changed the settings; make a test payment and accept the change if it is right."),
    area=Area.PAYMENTS,
    severity=Severity.WORK,
    stage=Stage.AFTER,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_settings_same(pay_systems: PaySystems, pay_settings: PaySettingsById, baseline: Baseline) -> Verdict:
    """Judge by fingerprints that settings are those of the snapshot."""
    before = baseline.of(PaySettingsById)
    if before is None:
        return no_snapshot()
    was = before.systems
    names = pay_systems.by_id()
    changed = tuple(
        names[key].name
        for key, row in pay_settings.systems.items()
        if key in was and key in names and was[key].fingerprint != row.fingerprint
    )
    if changed:
        return warned(
            N_("Settings were changed: %(names)s"),
            N_("Values are not kept, only the fact of the change"),
            names=changed,
        )
    return passed(N_("Settings have not changed"))
