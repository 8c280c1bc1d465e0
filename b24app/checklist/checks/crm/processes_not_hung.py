"""Does a business process hang?"""

from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.crm.running_processes import RunningProcesses
from b24app.text.messages import N_, NN_


@check(
    title=N_("No business process hangs"),
    why=N_("A hanging process holds its deal or document, and the work behind it waits."),
    remedy=N_("Open the list of running processes and stop or restart the ones that hang."),
    area=Area.CRM,
    severity=Severity.NOTE,
    place=N_("Automation → Business processes"),
)
def processes_not_hung(running_processes: RunningProcesses, now: datetime) -> Verdict:
    """Judge locks: one that ended over five minutes ago means that the process hangs."""
    edge = now - timedelta(minutes=5)
    hung = [row for row in running_processes.rows if row.owned_until and row.owned_until < edge]
    if hung:
        return warned(NN_("A process hangs: %(count)s", "Processes hang: %(count)s"), count=len(hung))
    return passed(
        N_("Running processes: %(count)s"), count=running_processes.total or len(running_processes.rows)
    )
