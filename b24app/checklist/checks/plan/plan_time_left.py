"""Is there time left to pay?"""

from datetime import datetime

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import Terms
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown, warned
from b24app.text.messages import N_, NN_


@check(
    title=N_("There is time to renew the plan"),
    why=N_("A bank transfer takes days, and banks do not work on weekends and holidays."),
    remedy=N_("Pay on the day that the calendar names, or pay by card, which is at once."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_time_left(terms: Terms, now: datetime) -> Verdict:
    """Judge the days to the end: past fails, fourteen days or fewer is worth a look."""
    term = terms.of("plan") or terms.of("on_premise")
    if term is None or term.ends_on is None:
        return unknown(N_("The end date of the plan is not entered"))
    left = (term.ends_on - now.date()).days
    if left < 0:
        licence = term.kind == "on_premise"
        ended = N_("The licence ended on %(ends_on)s") if licence else N_("The plan ended on %(ends_on)s")
        return failed(ended, ends_on=term.ends_on)
    if left <= 14:
        return warned(
            NN_("%(count)s day is left until the plan ends", "%(count)s days are left until the plan ends"),
            count=left,
        )
    return passed(
        NN_("%(count)s day is left until the plan ends", "%(count)s days are left until the plan ends"),
        count=left,
    )
