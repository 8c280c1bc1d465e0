"""Are there more employees than seats?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import PlanLimits
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown, warned
from b24app.checklist.facts.plan.employees import Employees
from b24app.plans.usage import UsageLevel, level_of
from b24app.text.messages import N_


@check(
    title=N_("Employees fit the plan"),
    why=N_(
        "After a renewal to a plan with fewer seats only the first to log in get in; even an administrator may stay outside."
    ),
    remedy=N_("Dismiss those who left, or choose a larger plan before paying."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    place=N_("Employees"),
    link="/company/",
)
def users_fit_plan(employees: Employees, plan_limits: PlanLimits) -> Verdict:
    """Judge all active employees, not the first page of them, against the seats; above ninety per cent warns."""
    if plan_limits.no_seat_limit:
        return passed(N_("Active employees: %(count)s, this plan does not limit them"), count=employees.total)
    if plan_limits.users is None:
        return unknown(N_("The number of seats of this plan is not known"), N_("Correct it on the plan page"))
    values: Mapping[str, int] = {"count": employees.total, "limit": plan_limits.users}
    level = level_of("users", employees.total, plan_limits.users)
    if level is UsageLevel.OVER:
        return failed(N_("Active employees: %(count)s, seats: %(limit)s"), None, (), **values)
    if level is UsageLevel.NEAR:
        return warned(
            N_("Active employees: %(count)s, seats: %(limit)s"),
            N_("More than nine tenths of the seats are taken"),
            (),
            **values,
        )
    return passed(N_("Active employees: %(count)s, seats: %(limit)s"), None, (), **values)
