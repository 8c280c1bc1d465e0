"""Can the receipts that pay systems promise be printed?"""

from b24app.checklist.engine.check import Area, check
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
def receipts_possible(pay_systems: PaySystems, cash_registers: CashRegisters) -> Verdict:
    """Judge that somebody prints the receipts that active systems are set to print."""
    printing = tuple(s.name for s in pay_systems.for_orders() if s.can_print_check)
    if not printing:
        return not_used(N_("No pay system is set to print receipts"))
    if cash_registers.working():
        return passed(N_("Receipts are printed for %(names)s"), names=printing)
    return warned(N_("Receipts are switched on, but no register works: %(names)s"), names=printing)
