"""Are there as many goods as before, switched on and in stock?"""

from b24app.checklist.engine.catalogue_counts import NOT_SHOWN, goods_that_became_fewer, not_shown_any_more
from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.verdict import Level, Verdict, failed, not_used, passed, seen, sentence, warned
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.text.messages import N_


@check(
    title=N_("Goods are as many as before, switched on and in stock"),
    why=N_("Goods that vanished, were switched off or lost their stock cannot be bought."),
    remedy=N_(
        "Compare the catalogue with the copy and with the program that exchanges goods, and load what is missing."
    ),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    place=N_("CRM → Products"),
)
def goods_count_holds(catalogue_totals: CatalogueTotals, baseline: Baseline) -> Verdict:
    """Judge how many of the goods that the baseline counted are left."""
    before = baseline.of(CatalogueTotals)
    found = tuple(goods_that_became_fewer(before, catalogue_totals)) if before else ()
    evidence = tuple(
        seen(one.title, N_("%(was)s → %(count)s"), one.level, was=one.was, count=one.left) for one in found
    )
    if found:
        say = failed if any(one.level is Level.FAIL for one in found) else warned
        what = tuple(
            sentence(N_("%(name)s: %(was)s → %(left)s"), name=sentence(one.title), was=one.was, left=one.left)
            for one in found
        )
        return say(
            N_("The catalogue has less to sell than in the snapshot. %(what)s"), None, evidence, what=what
        )
    hidden = (
        not_shown_any_more(before, catalogue_totals, ("products", "offers", "stock_rows")) if before else ()
    )
    if hidden:
        return warned(NOT_SHOWN, names=tuple(map(sentence, hidden)))
    if not catalogue_totals.products:
        return not_used(N_("The catalogue is empty"))
    return passed(N_("Goods: %(goods)s"), goods=catalogue_totals.products)
