"""Are there more employees than seats?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import PlanLimits
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown, warned
from b24app.checklist.facts.plan.employees import Employees
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
    """Judge active employees against the seats of the plan; ninety per cent is worth a look."""
    if plan_limits.users is None:
        return unknown(N_("The number of seats of this plan is not known"), N_("Correct it on the plan page"))
    values: Mapping[str, int] = {"count": employees.total, "limit": plan_limits.users}
    if employees.total > plan_limits.users:
        return failed(N_("Active employees: %(count)s, seats: %(limit)s"), None, (), **values)
    if employees.total > plan_limits.users * 0.9:
        return warned(
            N_("Active employees: %(count)s, seats: %(limit)s"),
            N_("More than nine tenths of the seats are taken"),
            (),
            **values,
        )
    return passed(N_("Active employees: %(count)s, seats: %(limit)s"), None, (), **values)
