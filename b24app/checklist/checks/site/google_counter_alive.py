"""Is a dead Google counter set?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.site.site_counters import SiteCounters
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("The Google counter is of the living kind"),
    why=N_("Counters of the UA kind collect nothing since Google switched them off."),
    remedy=N_("Create a Google Analytics 4 counter and enter its number, which starts with G-."),
    area=Area.SITE,
    severity=Severity.NOTE,
    place=N_("Sites and shops → Site settings → Analytics"),
)
def google_counter_alive(site_counters: SiteCounters, sites: Sites) -> Verdict:
    """Judge the form of the number: UA-... is dead, and does no harm beside a GA4 number."""
    names = {row.id: row.title for row in sites.rows}
    numbers = {key: row.ids["google"] for key, row in site_counters.sites.items() if "google" in row.ids}
    alone = {key: number for key, number in numbers.items() if "google4" not in site_counters.sites[key].ids}
    dead = tuple(names.get(key, key) for key, number in alone.items() if number.upper().startswith("UA-"))
    if dead:
        return warned(
            N_("A Google counter of the old kind: %(names)s"),
            N_("Numbers that start with UA- collect no data"),
            names=dead,
        )
    if not numbers and not any("google4" in row.ids for row in site_counters.sites.values()):
        return not_used(N_("Google Analytics is not used"))
    return passed(N_("The numbers are of the living kind"))
