"""Does everything that is sold have a price?"""

from b24app.checklist.engine.catalogue_counts import NOT_SHOWN, not_shown_any_more, prices_that_became_worse
from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen, sentence, unknown, warned
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.text.messages import N_

MANY_ZEROS = 10
"""One zero price in so many is a fault, not a gift."""


@check(
    title=N_("Goods have prices"),
    why=N_(
        "A product without a price of the base type cannot be put into the cart, and one for zero is given away."
    ),
    remedy=N_("Find goods without a price or with a price of zero in the catalogue and fill it in."),
    area=Area.CATALOGUE,
    place=N_("CRM → Products"),
)
def goods_have_prices(catalogue_totals: CatalogueTotals, baseline: Baseline) -> Verdict:
    """Judge that what is sold has prices of the base type as before, and that they are over zero."""
    totals, before = catalogue_totals, baseline.of(CatalogueTotals)
    if before and (hidden := not_shown_any_more(before, totals, ("prices",))):
        return warned(NOT_SHOWN, names=tuple(map(sentence, hidden)))
    if not totals.sold:
        return not_used(N_("The catalogue is empty"))
    if totals.prices is None:
        return unknown(N_("The portal does not show prices"))
    worse = tuple(prices_that_became_worse(before, totals)) if before else ()
    evidence = tuple(
        seen(one.title, N_("%(was)s → %(count)s"), one.level, was=one.was, count=one.left) for one in worse
    )
    if totals.zero_prices and totals.zero_prices * MANY_ZEROS > totals.prices:
        say = failed if totals.zero_prices * 2 > totals.prices else warned
        return say(
            N_("Prices of zero: %(zero)s of %(prices)s"),
            None,
            evidence,
            zero=totals.zero_prices,
            prices=totals.prices,
        )
    prices = totals.prices if totals.base_prices is None else totals.base_prices
    if worse or prices < totals.sold:
        return warned(
            N_("Prices: %(prices)s, things to sell: %(sold)s"), N_("Some goods have no price"), evidence,
            prices=prices, sold=totals.sold,
        )  # fmt: skip
    return passed(N_("Prices: %(prices)s, things to sell: %(sold)s"), prices=prices, sold=totals.sold)
