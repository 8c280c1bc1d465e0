"""Do data sources of reports work?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, warned
from b24app.checklist.facts.site.bi_sources import BiSources
from b24app.text.messages import N_


@check(
    title=N_("BI data sources are on"),
    why=N_(
        "Reports on a switched-off source show old numbers. On a smaller plan BI may be deleted with its dashboards."
    ),
    remedy=N_("Switch the source on; export dashboards before moving to a smaller plan."),
    area=Area.SITE,
    severity=Severity.NOTE,
    place=N_("BI analytics → Data sources"),
)
def bi_sources_on(bi_sources: BiSources, baseline: Baseline) -> Verdict:
    """Judge that active sources of the baseline are active: off fails, deleted warns."""
    now = {row.id: row for row in bi_sources.rows}
    before = baseline.of(BiSources)
    was = {row.id: row for row in before.rows if row.active} if before else {}
    off = tuple(row.title for key, row in was.items() if key in now and not now[key].active)
    if off:
        return failed(N_("Switched off: %(names)s"), names=off)
    lost = tuple(row.title for row in gone(was, now))
    if lost:
        return warned(N_("Sources are gone: %(names)s"), names=lost)
    if not now:
        return not_used(N_("BI analytics has no sources of its own"))
    return passed(N_("Sources: %(count)s"), count=len(now))
