"""How old is the newest copy?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import LastBackup
from b24app.checklist.engine.verdict import Verdict, asked, failed, passed, seen
from b24app.text.messages import N_, NN_


@check(
    title=N_("The copy is not older than a week"),
    why=N_("What was entered after the copy cannot be brought back by anybody."),
    remedy=N_("Make a copy of CRM, the catalogue and the settings before paying."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
)
def backup_is_fresh(now: datetime, last_backup: LastBackup | None = None) -> Verdict:
    """Judge the age of the newest copy known to us."""
    if last_backup is None or last_backup.made_at is None:
        return asked(N_("No copy is known"), N_("Make a copy, or answer below how old the newest one is"))
    days = (now - last_backup.made_at).days
    evidence = (seen(N_("Newest copy"), N_("%(made_at)s"), made_at=last_backup.made_at),)
    if days > 7:
        return failed(
            NN_("The copy is %(count)s day old", "The copy is %(count)s days old"),
            N_("It should not be older than 7 days"),
            evidence,
            count=days,
        )
    return passed(
        NN_("The copy is %(count)s day old", "The copy is %(count)s days old"), None, evidence, count=days
    )
