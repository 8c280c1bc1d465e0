"""Are there as many goods as before?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, seen, warned
from b24app.checklist.facts.catalogue.catalogue_totals import CatalogueTotals
from b24app.text.messages import N_


@check(
    title=N_("Goods and prices are as many as before"),
    why=N_("Goods that vanished cannot be bought; a drop of more than one per cent is never a coincidence."),
    remedy=N_("Compare the catalogue with the copy and load the missing goods."),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    place=N_("CRM → Products"),
)
def goods_count_holds(catalogue_totals: CatalogueTotals, baseline: Baseline) -> Verdict:
    """Judge totals: a drop over one per cent fails, any drop is worth a look."""
    now = {
        N_("goods"): catalogue_totals.products,
        N_("offers"): catalogue_totals.offers,
        N_("prices"): catalogue_totals.prices,
    }
    before = baseline.of(CatalogueTotals)
    old = (before.products, before.offers, before.prices) if before else (None, None, None)
    drops = [
        (name, was, count)
        for (name, count), was in zip(now.items(), old, strict=True)
        if was and count is not None and count < was
    ]
    evidence = tuple(
        seen(name, N_("%(was)s → %(count)s"), was=was, count=count) for name, was, count in drops
    )
    if any(was - count > was / 100 for _, was, count in drops):
        return failed(N_("The catalogue has shrunk by more than one per cent"), None, evidence)
    if drops:
        return warned(N_("The catalogue has become a little smaller"), None, evidence)
    if not catalogue_totals.products:
        return not_used(N_("The catalogue is empty"))
    return passed(N_("Goods: %(goods)s"), goods=catalogue_totals.products)
