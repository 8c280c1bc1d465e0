"""Do we know when the plan ends?"""

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import Terms
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
from b24app.text.messages import N_


@check(
    title=N_("The end of the plan is known and confirmed"),
    why=N_(
        "The portal does not tell it, so reminders and the calendar stand on what an administrator entered."
    ),
    remedy=N_("Open “My plan”, compare the date and confirm it on the overview page."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_end_confirmed(terms: Terms) -> Verdict:
    """Judge that the date is there and that a person confirmed it."""
    term = terms.of("plan") or terms.of("on_premise")
    if term is None or term.ends_on is None:
        return failed(N_("The end date of the plan is not entered"))
    if not term.confirmed:
        return warned(N_("Nobody has confirmed the date %(ends_on)s"), ends_on=term.ends_on)
    return passed(N_("The plan ends on %(ends_on)s"), ends_on=term.ends_on)
