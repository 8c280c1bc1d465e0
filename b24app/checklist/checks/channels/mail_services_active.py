"""Can mailboxes be connected?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, missing
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.channels.mail_services import MailServices
from b24app.text.messages import N_


@check(
    title=N_("Mail services are on"),
    why=N_("Without an active mail service no mailbox can be connected or signed in again."),
    remedy=N_("Switch a mail service on in the settings of mail."),
    area=Area.CHANNELS,
    severity=Severity.NOTE,
    place=N_("Mail → Settings"),
)
def mail_services_active(mail_services: MailServices, baseline: Baseline) -> Verdict:
    """Judge that mail services of the baseline are active still; a portal that never had one does not need one."""
    before = baseline.of(MailServices)
    lost = missing(before.names if before else None, mail_services.names)
    if lost:
        return warned(N_("Mail services went off: %(names)s"), names=lost)
    if not mail_services.names:
        return not_used(N_("No mail service is on"))
    return passed(N_("Mail services: %(names)s"), names=mail_services.names)
