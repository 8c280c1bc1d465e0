"""Are seats paid for people who are away?"""

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, seen, unknown, warned
from b24app.checklist.facts.plan.employees import Employees
from b24app.checklist.facts.plan.user_totals import UserTotals
from b24app.text.messages import N_


@check(
    title=N_("No employees who have long been away"),
    why=N_("Employees who have not come for two months take paid seats."),
    remedy=N_("Dismiss those who left; their data stays."),
    area=Area.PLAN,
    severity=Severity.NOTE,
    stage=CheckTime.BEFORE,
    place=N_("Employees"),
    link="/company/",
)
def seats_in_use(employees: Employees, user_totals: UserTotals) -> Verdict:
    """Judge all active employees by the portal's own count: over sixty days away is worth a look."""
    away, total = user_totals.away_of(employees.total), employees.total
    if away is None:
        return unknown(N_("The portal does not tell when employees were last seen"))
    evidence = (seen(N_("Dismissed"), value=user_totals.dismissed),)
    if away:
        return warned(
            N_("Not seen for 60 days: %(count)s of %(known)s"), None, evidence, count=away, known=total
        )
    return passed(N_("Nobody has been away for 60 days; employees: %(known)s"), None, evidence, known=total)
