"""Is the shop published?"""

from collections.abc import Collection

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Evidence, Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.site.order_pages import OrderPages
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
def shop_published(sites: Sites, baseline: Baseline, order_pages: OrderPages | None = None) -> Verdict:
    """Judge that what takes orders is published: shops, other sites with a cart, and the cart itself."""
    before, pages_before = baseline.of(Sites), baseline.of(OrderPages)
    selling = _selling(sites, order_pages) | _selling(before, pages_before)
    published = {row.id: row.title for row in sites.rows if row.active}
    was = {row.id: row.title for row in before.rows if row.active} if before else {}
    lost = gone({key: title for key, title in was.items() if key in selling}, published)
    if lost and not sites.rows:
        return failed(
            N_("The portal shows no sites any more: %(names)s"),
            N_("They were removed, or the right to see sites was taken away"),
            names=lost,
        )
    if lost:
        return failed(N_("Not published any more: %(names)s"), names=lost)
    if not any(row.id in selling for row in sites.rows):
        return not_used(N_("The portal has no shop of its own"))
    shops = {key: title for key, title in published.items() if key in selling}
    if not shops:
        return failed(N_("The shop is not published"))
    if carts := _lost_carts(shops, order_pages, pages_before):
        return failed(N_("Buyers cannot order: the page is not published: %(names)s"), names=carts)
    if carts := _closed_carts(shops, order_pages):
        return warned(N_("The cart is not published: %(names)s"), names=carts)
    return passed(N_("Published: %(names)s"), None, _remarks(was, published), names=tuple(shops.values()))


def _selling(sites: Sites | None, pages: OrderPages | None) -> frozenset[str]:
    """The sites where buyers order."""
    shops = frozenset(row.id for row in sites.shops()) if sites else frozenset()
    return shops | (pages.sites() if pages else frozenset())


def _lost_carts(
    shops: Collection[str], pages: OrderPages | None, before: OrderPages | None
) -> tuple[str, ...]:
    """Carts and checkouts of the baseline that are missing from shops in which no other of their kind is left."""
    if pages is None or before is None:
        return ()
    open_now = {(row.site_id, row.role) for row in pages.rows if row.active}
    was = [row for row in before.rows if row.active and row.site_id in shops]
    return tuple(row.title for row in was if (row.site_id, row.role) not in open_now)


def _closed_carts(shops: Collection[str], pages: OrderPages | None) -> tuple[str, ...]:
    """Shops that have a cart or a checkout and none that is published."""
    found = [pages.of(key) for key in shops] if pages else []
    return tuple(row.title for rows in found if rows and not any(one.active for one in rows) for row in rows)


def _remarks(was: dict[str, str], published: Collection[str]) -> tuple[Evidence, ...]:
    """Remarks on sites without a cart, such as pages of an offer, which are published for a time only."""
    left = gone(was, published)
    return (seen(N_("Taken off, without a cart"), value=left),) if left else ()
