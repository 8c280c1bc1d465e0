"""Is the plan the one that was bought?"""

from b24app.checklist.engine.check import Area, Baseline, CheckTime, check, no_baseline
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.apps.application import Application
from b24app.plans.plan_catalogue import license_name
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
            was=license_name(before.license),
            value=license_name(application.license),
        )
    return passed(N_("The plan is the same: %(code)s"), code=license_name(application.license))
