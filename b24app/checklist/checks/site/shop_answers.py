"""Does the shop open from outside?"""

from collections.abc import Mapping

from b24app.checklist.engine.answer_fields import host_of
from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.own_facts import PublicAddress, PublicAddresses
from b24app.checklist.engine.page_answers import is_same_site
from b24app.checklist.engine.verdict import Evidence, Level, Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.site.order_pages import OrderPages
from b24app.checklist.facts.site.sites import Site, Sites
from b24app.text.messages import N_

SOON = 14


@check(
    title=N_("The shop opens from outside"),
    why=N_("The portal may call a site published while its domain or certificate does not work."),
    remedy=N_("Check the domain's payment, its DNS records and the certificate."),
    area=Area.SITE,
    severity=Severity.ORDERS,
    place=N_("Sites and shops → Site settings → Domain"),
)
def shop_answers(
    sites: Sites, public_addresses: PublicAddresses, order_pages: OrderPages | None = None
) -> Verdict:
    """Judge what our server saw: name, certificate, answer; it proves nothing about other networks."""
    looked = _looked(sites, public_addresses)
    if not looked:
        return not_used(N_("There is no public address to open"))
    broken = [(site, row) for site, row in looked if not row.ok]
    selling = order_pages.sites() if order_pages else frozenset()
    shops = {site.id for site, _ in broken if site.is_shop or site.id in selling}
    evidence = tuple(
        seen(site.title, row.problem, Level.FAIL if site.id in shops else Level.WARN) for site, row in broken
    )
    closed = tuple(site.title for site, _ in broken)
    if shops:
        return failed(N_("Does not open: %(names)s"), None, evidence, names=closed)
    if broken:
        return warned(N_("A site without a shop does not open: %(names)s"), None, evidence, names=closed)
    return _doubts(sites, looked) or passed(
        N_("Opened from our server: %(names)s"),
        None,
        _remarks(sites, looked),
        names=tuple(site.title for site, _ in looked),
    )


def _looked(sites: Sites, found: PublicAddresses) -> list[tuple[Site, PublicAddress]]:
    """The published sites at which our server looked."""
    return [(row, found.sites[row.id]) for row in sites.rows if row.active and row.id in found.sites]


def _doubts(sites: Sites, looked: list[tuple[Site, PublicAddress]]) -> Verdict | None:
    """Remarks on a site that opens: it redirects elsewhere, or its certificate ends soon."""
    ours = [host for row in sites.rows for host in (host_of(row.public_url), row.domain_name) if host]
    moved = {
        site.title: row.moved_to
        for site, row in looked
        if row.moved_to and not any(is_same_site(row.moved_to, host) for host in ours)
    }
    if moved:
        return warned(
            N_("The address leads to another site: %(names)s"), None, _targets(moved), names=tuple(moved)
        )
    soon = {site.title: row.days_of_certificate for site, row in looked if _ends_soon(row)}
    if soon:
        days = tuple(
            seen(title, N_("days left: %(days)s"), Level.WARN, days=left) for title, left in soon.items()
        )
        return warned(N_("The certificate ends within two weeks: %(names)s"), None, days, names=tuple(soon))
    return None


def _ends_soon(row: PublicAddress) -> bool:
    return row.days_of_certificate is not None and row.days_of_certificate <= SOON


def _targets(moved: Mapping[str, str]) -> tuple[Evidence, ...]:
    return tuple(
        seen(title, N_("leads to %(value)s"), Level.WARN, value=host) for title, host in moved.items()
    )


def _remarks(sites: Sites, looked: list[tuple[Site, PublicAddress]]) -> tuple[Evidence, ...]:
    """Sites that did not let our look in, and sites that were not looked at this time."""
    guarded = tuple(site.title for site, row in looked if row.guarded)
    at = {site.id for site, _ in looked}
    missed = tuple(row.title for row in sites.rows if row.active and row.public_url and row.id not in at)
    lines = (
        (N_("Answers, but does not let our look in: open it yourself"), guarded),
        (N_("Not looked at this time"), missed),
    )
    return tuple(seen(label, value=names) for label, names in lines if names)
