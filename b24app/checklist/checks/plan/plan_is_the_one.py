"""Is the plan the one that was bought?"""

from b24app.checklist.engine.check import Area, Baseline, CheckTime, check, no_baseline
from b24app.checklist.engine.verdict import Sentence, Verdict, passed, sentence, warned
from b24app.checklist.facts.apps.application import Application
from b24app.plans.plan_catalogue import parse_license, read_plans
from b24app.text.messages import N_


@check(
    title=N_("The plan is the one of the snapshot"),
    why=N_("After a renewal the portal may stand on another plan than the one paid for."),
    remedy=N_("Compare the plan in “My plan” with the invoice; activate the coupon if it was not."),
    area=Area.PLAN,
    stage=CheckTime.AFTER,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_is_the_one(application: Application, baseline: Baseline) -> Verdict:
    """Judge the plan code against the baseline: another one is right only if it was bought."""
    before = baseline.of(Application)
    if before is None:
        return no_baseline()
    if before.license.lower() != application.license.lower():
        return warned(
            N_("The plan changed: %(was)s → %(value)s"),
            N_("Right if this plan was bought"),
            was=_name(before.license),
            value=_name(application.license),
        )
    return passed(N_("The plan is the same: %(code)s"), code=_name(application.license))


def _name(license_code: str) -> Sentence | str:
    """What people call the plan, in the regions' tables; the code of one that no table has."""
    code = parse_license(license_code)
    plan = read_plans(code.region).find(code.plan) if code else None
    if plan is None:
        return license_code
    seats = plan.limit("users") if plan.oversize else None
    name = sentence(plan.title)
    return sentence(N_("%(plan)s, seats: %(seats)s"), plan=name, seats=seats) if seats else name
