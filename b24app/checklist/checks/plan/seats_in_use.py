"""Are seats paid for people who are away?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, seen, unknown, warned
from b24app.checklist.facts.plan.employees import Employees
from b24app.checklist.facts.plan.user_totals import AWAY, UserTotals
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
def seats_in_use(employees: Employees, user_totals: UserTotals, now: datetime) -> Verdict:
    """Judge all employees by the portal's own count, else those with a date in the list: over sixty days away is a warning."""
    looked_at, away = employees.total, user_totals.away_of(employees.total)
    if away is None:
        moments = [row.last_activity_date for row in employees.first if row.last_activity_date]
        looked_at, away = len(moments), sum(moment < now - AWAY for moment in moments)
    if not looked_at:
        return unknown(N_("The portal does not tell when employees were last seen"))
    evidence = (seen(N_("Dismissed"), value=user_totals.dismissed),)
    judge, line = (
        (warned, N_("Not seen for 60 days: %(count)s"))
        if away
        else (passed, N_("Everybody was here within 60 days"))
    )
    words = N_("Employees looked at: %(known)s of %(total)s")
    return judge(line, words, evidence, count=away, known=looked_at, total=employees.total)
