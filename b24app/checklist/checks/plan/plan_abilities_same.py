"""Did the plan lose abilities?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, passed, sentence, warned
from b24app.checklist.facts.apps.document_roles import DocumentRoles
from b24app.checklist.facts.apps.features import Features
from b24app.checklist.facts.apps.site_roles import SiteRoles
from b24app.text.messages import N_

NAMES = {
    "rest_offline_extended": N_("offline events with acknowledgement of receipt"),
    "rest_auth_connector": N_("marking of the source in offline events"),
    "landing.role": N_("rights of access to sites"),
    "documentgenerator.role": N_("rights of access to document templates"),
}


@check(
    title=N_("The plan gives the same abilities"),
    why=N_(
        "Roles of sites and documents, offline events and other abilities go with a smaller plan, and exchanges stop silently."
    ),
    remedy=N_("Compare the plans; choose the one that has what was lost."),
    area=Area.PLAN,
    place=N_("My plan"),
    link="/settings/license.php",
)
def plan_abilities_same(
    features: Features,
    baseline: Baseline,
    site_roles: SiteRoles | None = None,
    document_roles: DocumentRoles | None = None,
) -> Verdict:
    """Judge read-only gates of the plan: what was on in the baseline and is off."""
    before, sites, documents = baseline.of(Features), baseline.of(SiteRoles), baseline.of(DocumentRoles)
    lost = [code for code, on in (before.on if before else {}).items() if on and not features.on.get(code)]
    lost += ["landing.role"] if sites and sites.on and site_roles and not site_roles.on else []
    lost += (
        ["documentgenerator.role"]
        if documents and documents.on and document_roles and not document_roles.on
        else []
    )
    if lost:
        names = tuple(sentence(NAMES[code]) if code in NAMES else code for code in lost)
        return warned(N_("The plan does not give any more: %(names)s"), names=names)
    on = tuple(code for code, value in features.on.items() if value)
    return passed(
        N_("Abilities that depend on the plan: %(count)s"),
        count=len(on) + bool(site_roles and site_roles.on) + bool(document_roles and document_roles.on),
    )
