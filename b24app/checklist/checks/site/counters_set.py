"""Are the counters of visits in place?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, missing
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.site.site_counters import Counters, SiteCounters
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
    """Judge that counters of the baseline are set still on the sites that are published, with the same numbers."""
    names = {row.id: row.title for row in sites.rows if row.active}
    before = baseline.of(SiteCounters)
    now = site_counters.sites
    kept = {key: row for key, row in before.sites.items() if key in now and key in names} if before else {}
    lost = tuple(names[key] for key, row in kept.items() if _lost(row, now[key]))
    if lost:
        return warned(N_("Counters are gone from %(names)s"), names=lost)
    other = tuple(names[key] for key, row in kept.items() if _renumbered(row, now[key]))
    if other:
        return warned(
            N_("Another counter number than in the snapshot: %(names)s"),
            N_("Visits are counted in another account now"),
            names=other,
        )
    evidence = tuple(seen(names.get(key, key), value=tuple(row.ids)) for key, row in now.items() if row.ids)
    if not evidence:
        return not_used(N_("Sites have no counters"))
    return passed(N_("Sites with counters: %(count)s"), None, evidence, count=len(evidence))


def _lost(was: Counters, now: Counters) -> bool:
    """Whether a kind of counter was removed: a new tag manager may hold it, and GA4 replaces the discontinued kind."""
    if "gtm" in now.ids and "gtm" not in was.ids:
        return "widget" in missing(was.ids, now.ids)
    excused = {"google"} if "google4" in now.ids else set()
    return bool(set(missing(was.ids, now.ids)) - excused)


def _renumbered(was: Counters, now: Counters) -> bool:
    return any(
        kind in now.ids and now.ids[kind] != number for kind, number in was.ids.items() if kind != "google"
    )
