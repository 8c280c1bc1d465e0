"""Does the portal answer applications at all?"""

from collections.abc import Mapping

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.fact import REASON_TEXTS, WHOLE_PORTAL, FactRefusal
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, seen, unknown
from b24app.checklist.facts.apps.application import Application
from b24app.text.messages import N_


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
def portal_answers(refusals: Mapping[str, FactRefusal], application: Application | None = None) -> Verdict:
    """Judge whether the refusals concern the whole portal."""
    if application is not None:
        return passed(N_("The portal answers; plan code %(code)s"), code=application.license)
    whole = next((no for no in refusals.values() if no.reason in WHOLE_PORTAL), None)
    if whole is None:
        return unknown(N_("The portal could not be reached"))
    evidence = (
        seen(
            N_("The portal's answer"),
            N_("%(code)s %(description)s"),
            Level.FAIL,
            code=whole.code,
            description=whole.description,
        ),
    )
    return failed(REASON_TEXTS[whole.reason], None, evidence)
