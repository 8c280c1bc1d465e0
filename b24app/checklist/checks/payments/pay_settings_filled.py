"""Are the keys of pay systems filled in?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Level, Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.text.messages import N_


@check(
    title=N_("Pay systems have their settings"),
    why=N_(
        "Without the shop's number or key the provider refuses the payment after the buyer has pressed “Pay”."
    ),
    remedy=N_("Take the shop's number and key from the provider's cabinet and fill them in."),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Payment systems"),
)
def pay_settings_filled(pay_systems: PaySystems, pay_settings: PaySettingsById) -> Verdict:
    """Judge that no code of a system's settings is empty; values themselves are never kept."""
    names = pay_systems.by_id()
    known = {key: row for key, row in pay_settings.systems.items() if row.filled or row.empty}
    empty = [(names[key].name, row.empty) for key, row in known.items() if row.empty and key in names]
    if empty:
        evidence = tuple(seen(name, N_("empty: %(codes)s"), Level.WARN, codes=codes) for name, codes in empty)
        systems = tuple(name for name, _ in empty)
        return warned(
            N_("Empty settings: %(names)s"),
            N_("An empty field may be optional: compare with the provider's cabinet"),
            evidence,
            names=systems,
        )
    if not known:
        return not_used(N_("The portal tells no settings of these pay systems"))
    return passed(N_("Everything is filled in; systems looked at: %(count)s"), count=len(known))
