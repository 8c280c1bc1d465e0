"""Does every product have a price?"""

from b24app.checklist.engine.check import Area, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, unknown, warned
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.text.messages import N_


@check(
    title=N_("Goods have prices"),
    why=N_("A product without a price cannot be put into the cart."),
    remedy=N_("Find goods without a price in the catalogue and fill it in."),
    area=Area.CATALOGUE,
    place=N_("CRM → Products"),
)
def goods_have_prices(catalogue_totals: CatalogueTotals) -> Verdict:
    """Judge that there are at least as many prices as goods or offers that are sold."""
    sold = catalogue_totals.offers or catalogue_totals.products
    if not sold:
        return not_used(N_("The catalogue is empty"))
    if catalogue_totals.prices is None:
        return unknown(N_("The portal does not show prices"))
    if catalogue_totals.prices < sold:
        return warned(
            N_("Prices: %(prices)s, things to sell: %(sold)s"),
            N_("Some goods have no price"),
            prices=catalogue_totals.prices,
            sold=sold,
        )
    return passed(
        N_("Prices: %(prices)s, things to sell: %(sold)s"), prices=catalogue_totals.prices, sold=sold
    )
