"""Is the shop published?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("The shop is published"),
    why=N_("An unpublished shop shows buyers an error page. Small plans publish fewer sites."),
    remedy=N_("Publish the site again; if the portal refuses, look at the number of sites of the plan."),
    area=Area.SITE,
    severity=Severity.ORDERS,
    place=N_("Sites and shops"),
)
def shop_published(sites: Sites, baseline: Baseline) -> Verdict:
    """Judge that shops of the baseline are published and that a shop that exists is published."""
    published = {row.id: row.title for row in sites.rows if row.active}
    before = baseline.of(Sites)
    lost = gone({row.id: row.title for row in before.rows if row.active} if before else None, published)
    if lost:
        return failed(N_("Not published any more: %(names)s"), names=lost)
    if not sites.shops():
        return not_used(N_("The portal has no shop of its own"))
    shops = tuple(row.title for row in sites.shops() if row.active)
    if not shops:
        return failed(N_("The shop is not published"))
    return passed(N_("Published: %(names)s"), names=shops)
