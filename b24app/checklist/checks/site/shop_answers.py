"""Does the shop open from outside?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import PublicAddresses
from b24app.checklist.engine.verdict import Level, Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_


@check(
    title=N_("The shop opens from outside"),
    why=N_("The portal may call a site published while its domain or certificate does not work."),
    remedy=N_("Check the domain's payment, its DNS records and the certificate."),
    area=Area.SITE,
    severity=Severity.ORDERS,
    place=N_("Sites and shops → Site settings → Domain"),
)
def shop_answers(sites: Sites, public_addresses: PublicAddresses) -> Verdict:
    """Judge what our server saw: name, certificate, answer; it proves nothing about other networks."""
    names = {row.id: row.title for row in sites.rows if row.active}
    looked = {names[key]: row for key, row in public_addresses.sites.items() if key in names}
    broken = [(name, row) for name, row in looked.items() if not row.ok]
    evidence = tuple(seen(name, row.problem, Level.FAIL) for name, row in broken)
    if broken:
        return failed(N_("Does not open: %(names)s"), None, evidence, names=tuple(name for name, _ in broken))
    soon = tuple(
        name
        for name, row in looked.items()
        if row.days_of_certificate is not None and row.days_of_certificate < 14
    )
    if soon:
        return warned(N_("The certificate ends within two weeks: %(names)s"), names=soon)
    if not looked:
        return not_used(N_("There is no public address to open"))
    return passed(N_("Opened from our server: %(names)s"), names=tuple(looked))
