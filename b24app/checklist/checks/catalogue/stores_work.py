"""Do the stores work?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.catalogue.stock_accounting import StockAccounting
from b24app.checklist.facts.catalogue.stores import Stores
from b24app.text.messages import N_


@check(
    title=N_("Stores are on"),
    why=N_("Goods of a switched-off store can be neither reserved nor shipped."),
    remedy=N_("Switch the store on again."),
    area=Area.CATALOGUE,
    place=N_("CRM → Stock accounting → Stores"),
)
def stores_work(stores: Stores, stock_accounting: StockAccounting, baseline: Baseline) -> Verdict:
    """Judge that active stores of the baseline are active, and that stock accounting has one."""
    before = baseline.of(Stores)
    now = {row.id: row.title for row in stores.active()}
    lost = gone({row.id: row.title for row in before.active()} if before else None, now)
    if lost:
        return failed(N_("Stores are switched off or gone: %(names)s"), names=lost)
    if stock_accounting.on and not now:
        return failed(N_("Stock accounting is on, but no store is"))
    if not now:
        return not_used(N_("The portal keeps no stores"))
    return passed(N_("Working stores: %(names)s"), names=tuple(now.values()))
