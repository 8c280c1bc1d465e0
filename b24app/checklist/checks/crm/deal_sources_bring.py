"""Does every source still bring deals?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.traffic import overdue
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.crm.recent_deals import RecentDeals
from b24app.checklist.facts.crm.stages import Stages
from b24app.text.messages import N_

DICTIONARY = "SOURCE"


@check(
    title=N_("Every source brings deals"),
    why=N_(
        "A form, a channel or an exchange that broke shows as a source from which no deal comes any more."
    ),
    remedy=N_("Send a request through this source yourself and find it in CRM."),
    area=Area.CRM,
    severity=Severity.NOTE,
    place=N_("CRM → Deals"),
    link="/crm/deal/",
)
def deal_sources_bring(
    recent_deals: RecentDeals, baseline: Baseline, stages: Stages | None = None
) -> Verdict:
    """Judge that no source and no outer system has missed more deals in a row than chance explains."""
    before = baseline.of(RecentDeals)
    now = recent_deals.by_source()
    newest = max((row.id or 0 for row in recent_deals.rows), default=0)
    silent = overdue(before.by_source() if before else {}, now, newest)
    names = {one.status_id: one.name for one in stages.of(DICTIONARY)} if stages else {}
    if silent:
        return warned(
            N_("No newest deals from the usual source: %(names)s"),
            N_("Deals from other sources go on"),
            names=tuple(dict.fromkeys(names.get(key) or names.get(key.upper(), key) for key in silent)),
        )
    if not now:
        return not_used(N_("Deals have no source"))
    return passed(N_("Deals come from every usual source"))
