"""Does a pay system run in test mode?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("No pay system is in test mode"),
    why=N_("In test mode buyers think they have paid, and no money comes."),
    remedy=N_("Set the working mode in the pay system's settings."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_test_mode(pay_systems: PaySystems, pay_settings: PaySettingsById) -> Verdict:
    """Judge that the working mode is not TEST where the portal tells it."""
    names = pay_systems.by_id()
    testing = tuple(
        names[key].name for key, row in pay_settings.systems.items() if row.test_mode and key in names
    )
    if testing:
        return warned(
            N_("In test mode: %(names)s"), N_("Buyers pay with it, but no money comes"), names=testing
        )
    return passed(N_("No system reports test mode"))
