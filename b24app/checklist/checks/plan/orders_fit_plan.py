"""Is the plan of the shop's size?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import PlanLimits
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.text.messages import N_

FOUND = N_("Orders in the busiest month: %(count)s, the plan is advised for up to %(limit)s")
ARTICLE = N_("The advice is that of an integrator’s article without a date; it is not a limit of the plan")
WRITTEN = N_("The size of shop was written down here: %(who)s")


@check(
    title=N_("The plan suits the number of orders"),
    why=N_(
        "The plan is chosen by orders a month too: a shop that has outgrown it feels it in speed and limits."
    ),
    remedy=N_("Look at the comparison of plans before paying."),
    area=Area.PLAN,
    severity=Severity.NOTE,
    stage=CheckTime.BEFORE,
)
def orders_fit_plan(order_months: OrderMonths, plan_limits: PlanLimits) -> Verdict:
    """Judge the busiest of seven months against the size of shop that the plan is advised for."""
    if not order_months.busiest:
        return not_used(N_("The portal works without orders"))
    if plan_limits.orders is None:
        return passed(N_("Orders in the busiest month: %(count)s"), count=order_months.busiest)
    values: Mapping[str, int | str] = {
        "count": order_months.busiest,
        "limit": plan_limits.orders,
        "who": plan_limits.orders_said_by,
    }
    judge = warned if order_months.busiest > plan_limits.orders else passed
    return judge(FOUND, WRITTEN if plan_limits.orders_said_by else ARTICLE, (), **values)
