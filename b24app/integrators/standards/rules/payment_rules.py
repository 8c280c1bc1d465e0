"""Rules of payment: cash registers, pay systems, test mode."""

from b24app.checklist.facts.payments.cash_registers import CashRegisters
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.integrators.rights import Right
from b24app.integrators.standards.standard_rule import (
    BY_CHECKS,
    NOTHING,
    OFF,
    ON,
    Comparing,
    FoundReading,
    KnownOfPortal,
    Lack,
    NotRead,
    StandardRule,
)
from b24app.text.messages import N_, P_


def read_cash_register(known: KnownOfPortal) -> FoundReading:
    """On: one at least works, and none that is switched on is unavailable."""
    registers = known.need(CashRegisters, "cash_registers")
    if not registers.rows:
        return known.found(NOTHING)
    stuck = tuple(row.name for row in registers.rows if row.active and not row.enabled)
    if registers.working() and not stuck:
        return known.found(ON)
    return known.found(OFF, stuck or tuple(row.name for row in registers.rows))


def read_test_mode(known: KnownOfPortal) -> FoundReading:
    """On where one pay system of orders shows a sign of test mode; off only where every one of them shows its settings."""
    systems = known.need(PaySystems, "pay_systems").for_orders()
    if not systems:
        raise NotRead(Lack.NOTHING)
    settings = known.need(PaySettingsById, "pay_settings")
    told = {one.id: row for one in systems if (row := settings.systems.get(one.id)) and row.is_shown}
    testing = tuple(one.name for one in systems if one.id in told and told[one.id].test_mode)
    if not testing and len(told) < len(systems):
        raise NotRead(Lack.NOT_TOLD)
    moments = [at for key, at in settings.asked_at.items() if key in told]
    read_at = min([*moments, known.read_at]) if known.read_at else None
    return known.found(ON if testing else OFF, testing, read_at=read_at)


def count_pay_systems(known: KnownOfPortal) -> FoundReading:
    """How many pay systems an order can be paid with."""
    return known.found(len(known.need(PaySystems, "pay_systems").for_orders()))


RULES = (
    StandardRule(
        code="cash_register",
        title=N_("Cash register"),
        right=Right.CHECKS,
        comparing=Comparing.SAME,
        usual=ON,
        read=read_cash_register,
        source=BY_CHECKS,
        facts=("cash_registers",),
        words={ON: P_("register", "on"), OFF: P_("register", "off"), NOTHING: N_("no cash register")},
        choices=(ON, OFF),
        icon="card",
        loses_orders=True,
    ),
    StandardRule(
        code="pay_test_mode",
        title=N_("Test mode of payment"),
        right=Right.CHECKS,
        comparing=Comparing.SAME,
        usual=OFF,
        read=read_test_mode,
        source=BY_CHECKS,
        facts=("pay_systems", "pay_settings"),
        words={ON: P_("mode", "on"), OFF: P_("mode", "off")},
        choices=(OFF, ON),
        icon="power",
        loses_orders=True,
    ),
    StandardRule(
        code="pay_systems",
        title=N_("Pay systems for orders"),
        right=Right.CHECKS,
        comparing=Comparing.AT_LEAST,
        usual=1,
        read=count_pay_systems,
        source=BY_CHECKS,
        facts=("pay_systems",),
        icon="card",
        loses_orders=True,
    ),
)
