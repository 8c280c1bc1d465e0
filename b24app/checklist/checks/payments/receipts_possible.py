"""Can the receipts that pay systems promise be printed?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.payments.cash_registers import CashRegisters
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("There is a register for receipts"),
    why=N_(
        "A pay system that prints receipts needs a working register; without one the buyer gets no receipt."
    ),
    remedy=N_("Connect a cash register or switch receipts off in the pay system."),
    area=Area.PAYMENTS,
    place=N_("CRM → Settings → Cash registers"),
)
def receipts_possible(pay_systems: PaySystems, cash_registers: CashRegisters, baseline: Baseline) -> Verdict:
    """Judge that the receipts which active systems are set to print are printed, and that no system has stopped to."""
    working = pay_systems.for_orders()
    printing = tuple(s.name for s in working if s.can_print_check)
    if printing and not cash_registers.working():
        return warned(N_("Receipts are switched on, but no register works: %(names)s"), names=printing)
    before = baseline.of(PaySystems)
    printed = {s.id for s in before.for_orders() if s.can_print_check} if before else set()
    stopped = tuple(s.name for s in working if s.id in printed and not s.can_print_check)
    if stopped:
        return warned(
            N_("Receipts were switched off since the snapshot: %(names)s"),
            N_("Buyers who pay with it get no receipt, unless the provider prints it"),
            names=stopped,
        )
    if not printing:
        return not_used(N_("No pay system is set to print receipts"))
    return passed(N_("Receipts are printed for %(names)s"), names=printing)
