"""Does the portal answer applications at all?"""

from collections.abc import Mapping
from datetime import date, datetime

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.fact import REASON_TEXTS, WHOLE_PORTAL, FactRefusal, Reason
from b24app.checklist.engine.own_facts import Terms
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, failed, passed, seen, unknown
from b24app.checklist.facts.apps.application import Application
from b24app.plans.plan_catalogue import license_name
from b24app.text.messages import N_

FREE = "project"
SAME_WORDS = N_("The portal says the same of both, so compare the two dates in “My plan”.")


@check(
    title=N_("The portal answers applications"),
    why=N_(
        "When the plan or the Marketplace subscription ends, the portal refuses every application and webhook at once."
    ),
    remedy=N_("Renew the plan or the subscription in “My plan”, then run the checks again."),
    area=Area.PLAN,
    severity=Severity.ORDERS,
    place=N_("My plan"),
    link="/settings/license.php",
)
def portal_answers(
    refusals: Mapping[str, FactRefusal],
    now: datetime,
    application: Application | None = None,
    terms: Terms | None = None,
) -> Verdict:
    """Judge whether the refusals concern the whole portal, and which of its terms has ended."""
    if application is not None:
        return _of_plan(application)
    whole = next((no for no in refusals.values() if no.reason in WHOLE_PORTAL), None)
    if whole is None:
        return unknown(N_("The portal could not be reached"))
    words = N_("%(code)s %(description)s")
    answer = seen(
        N_("The portal's answer"), words, Level.FAIL, code=whole.code, description=whole.description
    )
    match whole.reason:
        case Reason.PLAN:
            return _plan_or_subscription(terms or Terms(()), now.date(), (answer,))
        case Reason.MARKETPLACE:
            detail = N_("The plan may be paid all the same: only the subscription has to be renewed.")
            return failed(N_("The BitrixGPT + Marketplace subscription has ended"), detail, (answer,))
        case Reason.LOCKED:
            return failed(
                N_("The portal is locked by the plan compatibility scanner"),
                N_("Renew the same plan, or its owner clears what the scanner lists in “My plan”."),
                (answer,),
            )
    return failed(REASON_TEXTS[whole.reason], None, (answer,))


def _of_plan(application: Application) -> Verdict:
    if application.license.partition("_")[2] == FREE:
        return failed(
            N_("The portal is on the free plan"),
            N_("Applications and webhooks work on paid plans only; renew the plan."),
        )
    return passed(N_("The portal answers; plan: %(plan)s"), plan=license_name(application.license))


def _plan_or_subscription(terms: Terms, today: date, evidence: tuple[Evidence, ...]) -> Verdict:
    """A portal uses the same words for a lapsed plan and, in Russia, for a lapsed subscription (needs.md, 1.3)."""
    plan, subscription = terms.of("plan"), terms.of("marketplace")
    plan_ends = plan.ends_on if plan else None
    ended = subscription.ends_on if subscription and subscription.ends_on else None
    if plan_ends is None:
        message = N_("The plan or the BitrixGPT + Marketplace subscription has ended")
        return failed(message, SAME_WORDS, evidence)
    if plan_ends < today:
        message = N_("The plan ended on %(plan)s: the portal is on the free plan, which has no applications")
        return failed(message, N_("Renew the plan first, then the subscription."), evidence, plan=plan_ends)
    if ended is not None and ended < today:
        message = N_("The BitrixGPT + Marketplace subscription ended on %(ended)s")
        detail = N_("The plan itself is paid until %(plan)s: only the subscription has to be renewed.")
        return failed(message, detail, evidence, ended=ended, plan=plan_ends)
    message = N_(
        "By your dates the plan is paid until %(plan)s: most likely the BitrixGPT + Marketplace subscription has ended"
    )
    return failed(message, SAME_WORDS, evidence, plan=plan_ends)
