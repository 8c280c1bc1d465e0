"""Did a pay system of the baseline go off or disappear?"""

from dataclasses import replace
from datetime import datetime

from b24app.checklist.engine.check import Area, Baseline, Severity, check, no_baseline, then
from b24app.checklist.engine.portal_paths import PAY_SYSTEM
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, failed, passed, seen, warned
from b24app.checklist.facts.payments.pay_systems import PaySystem, PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Pay systems of the snapshot work"),
    why=N_("A buyer who chooses a switched-off system cannot pay. The renewal itself switches nothing on."),
    remedy=N_("Switch on what is off, and save."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_systems_still_on(pay_systems: PaySystems, baseline: Baseline, now: datetime) -> Verdict:
    """Judge that every system that took orders in the baseline takes them now."""
    before = baseline.of(PaySystems)
    if before is None:
        return no_baseline()
    working = {system.id for system in pay_systems.for_orders()}
    lost = tuple(system for system in before.for_orders() if system.id not in working)
    if not lost:
        if moved := _for_other_payers(before, pay_systems):
            return warned(
                N_("Serve other payers than in the snapshot: %(names)s"),
                N_("The former payers do not see them at the checkout"),
                names=moved,
            )
        return passed(N_("All that took orders in the snapshot take them now"))
    heirs = [system for system in pay_systems.for_orders() if system.id not in before.by_id()]
    gone = tuple(system for system in lost if not any(_is_heir(one, system) for one in heirs))
    if not gone:
        return warned(
            N_("Made anew since the snapshot: %(names)s"),
            N_("Another one with the same handler takes orders: make a test payment with it"),
            names=tuple(system.name for system in lost),
        )
    now_is = pay_systems.by_id()
    fate = tuple(_seen_now(system, now_is.get(system.id), now) for system in gone)
    return failed(
        N_("Switched off or gone: %(names)s"),
        N_("Orders were paid with this before."),
        (then(baseline, N_("switched on")), *fate),
        names=tuple(system.name for system in gone),
    )


def _for_other_payers(before: PaySystems, now: PaySystems) -> tuple[str, ...]:
    """The systems that were moved to one payer type from another or from all."""
    payers = {system.id: system.person_type_id or 0 for system in before.for_orders()}
    return tuple(
        system.name
        for system in now.for_orders()
        if system.person_type_id and system.person_type_id != payers.get(system.id, system.person_type_id)
    )


def _is_heir(new: PaySystem, old: PaySystem) -> bool:
    """Whether a new system does what the old one did: the same handler in the same mode for the same payers."""
    return (new.action_file, new.ps_mode, new.person_type_id) == (
        old.action_file,
        old.ps_mode,
        old.person_type_id,
    )


def _seen_now(was: PaySystem, system: PaySystem | None, now: datetime) -> Evidence:
    path = PAY_SYSTEM.format(id=system.id) if system else ""
    return replace(seen(was.name, _what_became(system), Level.FAIL, now), path=path)


def _what_became(system: PaySystem | None) -> str:
    if system is None:
        return N_("removed")
    return N_("serves invoices and not orders") if system.active else N_("switched off")
