"""Are the counters really on the page?"""

from b24app.checklist.engine.check import Area, Severity, check, missing
from b24app.checklist.engine.own_facts import PublicAddresses
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.site.site_counters import SiteCounters
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("Counters are really on the page"),
    why=N_("The plan may keep a counter's number and not connect it: then the page has no counter."),
    remedy=N_(
        "Look whether the plan includes analytics fields; put the counter's code into the page by hand."
    ),
    area=Area.SITE,
    severity=Severity.NOTE,
    place=N_("Sites and shops → Site settings → Analytics"),
)
def counters_on_page(sites: Sites, site_counters: SiteCounters, public_addresses: PublicAddresses) -> Verdict:
    """Judge that the numbers set for a site are in the page that our server received."""
    names = {row.id: row.title for row in sites.rows}
    opened = {key: row for key, row in public_addresses.sites.items() if row.ok and row.page_seen}
    wanted = {key: row.numbers for key, row in site_counters.sites.items() if key in opened and row.numbers}
    absent = tuple(
        names.get(key, key) for key, numbers in wanted.items() if missing(numbers, opened[key].counters)
    )
    if absent:
        return warned(N_("A counter is set but is not on the page: %(names)s"), names=absent)
    if not wanted:
        return not_used(N_("There is no opened page with a counter"))
    return passed(N_("Pages with their counters: %(count)s"), count=len(wanted))
