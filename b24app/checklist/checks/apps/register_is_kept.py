"""Is the register of applications kept?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import Register
from b24app.checklist.engine.verdict import Verdict, asked, failed, passed
from b24app.text.messages import N_


@check(
    title=N_("The register of applications is kept"),
    why=N_(
        "No method lists webhooks and other applications: only a written list shows what stopped after the renewal."
    ),
    remedy=N_("Enter each application and webhook with its owner, address and expiry."),
    area=Area.APPS,
    severity=Severity.NOTE,
    place=N_("Applications → Developer resources → Integrations"),
)
def register_is_kept(register: Register, now: datetime) -> Verdict:
    """Judge that the register has entries and that none has expired."""
    over = tuple(row.name for row in register.rows if row.expires_on and row.expires_on < now.date())
    if over:
        return failed(N_("Expired: %(names)s"), names=over)
    if not register.rows:
        return asked(
            N_("The register is empty"), N_("Enter at least the exchange with 1C and the site's webhooks")
        )
    return passed(N_("Entries: %(count)s"), count=len(register.rows))
