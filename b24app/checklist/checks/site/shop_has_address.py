"""Does the shop have a public address?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.page_answers import is_same_name
from b24app.checklist.engine.verdict import Level, Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("The shop has its address"),
    why=N_("Without a public address, or with another domain, buyers and search engines lose the shop."),
    remedy=N_("Connect the domain to the site again."),
    area=Area.SITE,
    severity=Severity.ORDERS,
    place=N_("Sites and shops → Site settings → Domain"),
)
def shop_has_address(sites: Sites, baseline: Baseline) -> Verdict:
    """Judge that published shops have a public address and keep the domain of the baseline."""
    shops = [row for row in sites.shops() if row.active]
    bare = tuple(row.title for row in shops if not row.public_url)
    if bare:
        return failed(N_("No public address: %(names)s"), names=bare)
    before = baseline.of(Sites)
    was = {row.id: row.domain_name for row in before.rows} if before else {}
    moved = [row for row in shops if not is_same_name(was.get(row.id, row.domain_name), row.domain_name)]
    if moved:
        evidence = tuple(
            seen(
                row.title,
                N_("%(was)s → %(value)s"),
                Level.WARN,
                was=was[row.id],
                value=row.domain_name or row.public_url,
            )
            for row in moved
        )
        return warned(
            N_("The domain was changed: %(names)s"), None, evidence, names=tuple(row.title for row in moved)
        )
    if not shops:
        return not_used(N_("The portal has no shop of its own"))
    return passed(N_("Addresses: %(names)s"), names=tuple(row.domain_name or row.public_url for row in shops))
