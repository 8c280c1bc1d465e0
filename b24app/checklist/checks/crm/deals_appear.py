"""Do new deals appear?"""

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, unknown, warned
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.text.messages import N_


@check(
    title=N_("New deals appear"),
    why=N_("No new deals while orders come means that requests do not reach CRM."),
    remedy=N_("Create a test deal from a form or the site and see that it appears."),
    area=Area.CRM,
    place=N_("CRM → Deals"),
    link="/crm/deal/",
)
def deals_appear(crm_totals: CrmTotals) -> Verdict:
    """Judge that thirty days brought deals when there are deals at all."""
    deals = crm_totals.totals.get("deals")
    if deals is None or crm_totals.deals_30 is None:
        return unknown(N_("The portal does not show deals"))
    if not deals.count:
        return not_used(N_("The portal works without deals"))
    if not crm_totals.deals_30:
        return warned(N_("No new deals in 30 days"))
    return passed(N_("New deals in 30 days: %(count)s"), count=crm_totals.deals_30)
