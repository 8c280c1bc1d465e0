"""Do the cash registers print?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.payments.cash_registers import CashRegisters
from b24app.text.messages import N_


@check(
    title=N_("Cash registers work"),
    why=N_("An active register that is switched off inside prints no receipts, which the law asks for."),
    remedy=N_("Open the register, check its connection and switch it on."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Cash registers"),
)
def cash_registers_work(cash_registers: CashRegisters, baseline: Baseline) -> Verdict:
    """Judge active registers, and that those that worked in the baseline work now."""
    stuck = [row for row in cash_registers.rows if row.active and not row.enabled]
    before = baseline.of(CashRegisters)
    working = {row.id for row in cash_registers.working()}
    lost = [row for row in (before.working() if before else ()) if row.id not in working]
    broken = tuple(dict.fromkeys(row.name for row in (*stuck, *lost)))
    if broken:
        return failed(N_("Cash registers do not print: %(names)s"), names=broken)
    if not cash_registers.rows:
        return not_used(N_("The portal has no cash registers"))
    return passed(N_("Working registers: %(count)s"), count=len(working))
