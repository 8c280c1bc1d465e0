"""Do the cash registers print?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.payments.cash_handlers import CashHandlers
from b24app.checklist.facts.payments.cash_registers import CashRegister, CashRegisters
from b24app.text.messages import N_


@check(
    title=N_("Cash registers work"),
    why=N_(
        "A register that is not available, switched off or without its operator sends no receipts, which the law asks for."
    ),
    remedy=N_("Open the register, check its connection and its operator, and switch it on."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Cash registers"),
)
def cash_registers_work(
    cash_registers: CashRegisters, baseline: Baseline, cash_handlers: CashHandlers | None = None
) -> Verdict:
    """Judge that active registers are available, and that those of the baseline work, were replaced, and keep their operator."""
    stuck = tuple(row.name for row in cash_registers.rows if row.active and not row.enabled)
    if stuck:
        return failed(N_("Cash registers are not available: %(names)s"), names=stuck)
    before = baseline.of(CashRegisters)
    was = {row.id: row for row in before.working()} if before else {}
    works = {row.id: row for row in cash_registers.working()}
    lost = tuple(row.name for key, row in was.items() if key not in works)
    fresh = tuple(row.name for key, row in works.items() if key not in was)
    if len(lost) > len(fresh):
        return failed(N_("Cash registers are switched off or removed: %(names)s"), names=lost)
    if (told := _operators(was, works)) is not None:
        return told
    if removed := _applications(baseline, cash_handlers):
        return warned(
            N_("The application of a cash register is gone: %(names)s"),
            N_("A register that works through it prints no receipts"),
            names=removed,
        )
    if not cash_registers.rows:
        return not_used(N_("The portal has no cash registers"))
    remarks = (seen(N_("Replaced since the snapshot"), value=lost),) if lost else ()
    return passed(N_("Working registers: %(count)s"), None, remarks, count=len(works))


def _applications(baseline: Baseline, now: CashHandlers | None) -> tuple[str, ...]:
    """Applications of registers that were there in the baseline; REST does not return which register uses which."""
    before = baseline.of(CashHandlers)
    if before is None or now is None:
        return ()
    return gone({row.code: row.name for row in before.rows}, {row.code for row in now.rows})


def _operators(was: Mapping[str, CashRegister], works: Mapping[str, CashRegister]) -> Verdict | None:
    """Changes of the fiscal data operators; a register never given one, as cloud registers are, does not count."""
    kept = [(was[key], row) for key, row in works.items() if key in was and was[key].ofd]
    bare = tuple(row.name for _, row in kept if not row.ofd)
    if bare:
        return failed(N_("The fiscal data operator is gone: %(names)s"), names=bare)
    other = tuple(row.name for old, row in kept if old.ofd != row.ofd)
    if other:
        return warned(N_("Another fiscal data operator: %(names)s"), names=other)
    return None
