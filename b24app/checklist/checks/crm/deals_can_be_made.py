"""Can a deal be made, read and deleted?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.test_writes.write_outcome import WriteKind, WriteOutcomes, judge_write
from b24app.text.messages import N_


@check(
    title=N_("Deals can be made"),
    why=N_(
        "A portal that shows its deals may still refuse a new one: over a limit of the plan or without disk space."
    ),
    remedy=N_(
        "Read the portal's answer, free space or limits in “My plan”, then try again in “Checks → Probes that write”."
    ),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals"),
    link="/crm/deal/",
)
def deals_can_be_made(probes: WriteOutcomes, now: datetime) -> Verdict:
    """Judge the newest test write: a marked deal imported, read, deleted."""
    return judge_write(
        probes,
        WriteKind.DEAL,
        now,
        N_("A marked deal was made, read and deleted"),
        N_("The portal did not let a deal be made: %(words)s"),
    )
