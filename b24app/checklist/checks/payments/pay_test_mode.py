"""Does a pay system run in test mode?"""

from collections.abc import Iterable

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.pay_test_signs import ModeSign
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_

SIGNS = {
    ModeSign.SWITCH: N_("test mode is switched on in its settings"),
    ModeSign.MODE: N_("its working mode is the test one"),
    ModeSign.KEY: N_("its key belongs to a test shop"),
    ModeSign.SERVER: N_("it works with the provider's test server"),
}


@check(
    title=N_("No pay system is in test mode"),
    why=N_("In test mode buyers think they have paid, and no money comes."),
    remedy=N_("Set the working mode in the pay system's settings."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_test_mode(pay_systems: PaySystems, pay_settings: PaySettingsById) -> Verdict:
    """Judge that the settings of no system that takes orders show a test mode, however its provider writes it."""
    working = {system.id: system.name for system in pay_systems.for_orders()}
    known = {key: row for key, row in pay_settings.systems.items() if key in working and row.is_shown}
    testing = {key: row for key, row in known.items() if row.test_mode}
    if testing:
        return warned(
            N_("In test mode: %(names)s"),
            N_("Buyers pay with it, but no money comes"),
            tuple(_evidence(working[key], row.test_signs) for key, row in testing.items()),
            names=tuple(working[key] for key in testing),
        )
    if not known:
        return not_used(N_("The portal tells no settings of these pay systems"))
    unseen = tuple(name for key, name in working.items() if key not in known)
    text = N_("No test mode; pay systems whose settings the portal shows: %(count)s of %(total)s")
    if unseen:
        text = N_(
            "No test mode; pay systems whose settings the portal shows: %(count)s of %(total)s. Not shown: %(names)s"
        )
    return passed(text, count=len(known), total=len(working), names=unseen)


def _evidence(name: str, signs: Iterable[str]) -> Evidence:
    """The first sign by its kind; older releases kept none."""
    first = next(iter(signs), ModeSign.MODE)
    return seen(name, SIGNS[ModeSign(first)], Level.WARN)
