"""Is the end of the plan entered and confirmed?"""

from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, CheckTime, Severity, check
from b24app.checklist.engine.own_facts import Terms
from b24app.checklist.engine.verdict import Verdict, failed, passed, warned
from b24app.terms.term import CONFIRMED_FOR
from b24app.text.messages import N_


@check(
    title=N_("The end of the plan is known and confirmed"),
    why=N_(
        "The portal does not tell it, so reminders and the calendar stand on what an administrator entered."
    ),
    remedy=N_("Open “My plan”, compare the date and confirm it in “Terms and money”."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    stage=CheckTime.BEFORE,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_end_confirmed(terms: Terms, now: datetime) -> Verdict:
    """Judge that the date is there, that a person confirmed it within half a year, and that the portal does not contradict it."""
    term = terms.of("plan") or terms.of("on_premise")
    if term is None or term.ends_on is None:
        return failed(N_("The end date of the plan is not entered"))
    if not term.confirmed:
        return warned(N_("Nobody has confirmed the date %(ends_on)s"), ends_on=term.ends_on)
    if term.known_at is not None and now - term.known_at > CONFIRMED_FOR:
        return warned(
            N_("Nobody has looked at the date %(ends_on)s since %(known_at)s"),
            ends_on=term.ends_on,
            known_at=term.known_at,
        )
    grace = timedelta(days=terms.paying.grace_days if terms.paying else 0)
    if terms.paying and now.date() > term.ends_on + grace and not term.bought:
        return warned(
            N_("By the date %(ends_on)s the plan has lapsed, yet the portal answers as a paid one"),
            N_("If it was renewed, write the new date down"),
            ends_on=term.ends_on,
        )
    return passed(N_("The plan ends on %(ends_on)s"), ends_on=term.ends_on)
