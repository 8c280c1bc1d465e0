"""Are seats paid for people who are away?"""

from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.verdict import Verdict, passed, seen, unknown, warned
from b24app.checklist.facts.plan.employees import Employees
from b24app.checklist.facts.plan.user_totals import UserTotals
from b24app.text.messages import N_


@check(
    title=N_("Seats are used"),
    why=N_("Employees who have not come for two months take paid seats."),
    remedy=N_("Dismiss those who left; their data stays."),
    area=Area.PLAN,
    severity=Severity.NOTE,
    stage=CheckTime.BEFORE,
    place=N_("Employees"),
    link="/company/",
)
def seats_in_use(employees: Employees, user_totals: UserTotals, now: datetime) -> Verdict:
    """Judge activity of the employees that could be looked at: over sixty days away is worth a look."""
    known = [row for row in employees.first if row.last_activity_date]
    edge = now - timedelta(days=60)
    away = sum(row.last_activity_date < edge for row in known if row.last_activity_date)
    evidence = (
        seen(N_("Dismissed"), value=user_totals.dismissed),
        seen(N_("Extranet"), value=user_totals.extranet),
    )
    looked_at = N_("Employees looked at: %(known)s of %(total)s")
    if away:
        return warned(
            N_("Not seen for 60 days: %(count)s"),
            looked_at,
            evidence,
            count=away,
            known=len(known),
            total=employees.total,
        )
    if not known:
        return unknown(N_("The portal does not tell when employees were last seen"))
    return passed(
        N_("Everybody was here within 60 days"), looked_at, evidence, known=len(known), total=employees.total
    )
