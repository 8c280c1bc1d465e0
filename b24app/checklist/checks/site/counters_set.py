"""Are the counters of visits in place?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, missing
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.site.site_counters import SiteCounters
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("Visit counters are set"),
    why=N_(
        "Without counters advertising cannot be counted. The plan may keep the number but not connect the counter."
    ),
    remedy=N_("Enter the counter's number in the site's settings and check the page for it."),
    area=Area.SITE,
    severity=Severity.NOTE,
    place=N_("Sites and shops → Site settings → Analytics"),
)
def counters_set(site_counters: SiteCounters, sites: Sites, baseline: Baseline) -> Verdict:
    """Judge that counters of the baseline are set still."""
    names = {row.id: row.title for row in sites.rows}
    before = baseline.of(SiteCounters)
    was = before.sites if before else {}
    now = site_counters.sites
    lost = tuple(
        names[key]
        for key, row in was.items()
        if key in now and missing(row.ids, now[key].ids) and key in names
    )
    if lost:
        return warned(N_("Counters are gone from %(names)s"), names=lost)
    evidence = tuple(seen(names.get(key, key), value=tuple(row.ids)) for key, row in now.items() if row.ids)
    if not evidence:
        return not_used(N_("Sites have no counters"))
    return passed(N_("Sites with counters: %(count)s"), None, evidence, count=len(evidence))
