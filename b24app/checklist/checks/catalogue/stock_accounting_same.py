"""Is stock accounting on as before?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.catalogue.stock_accounting import StockAccounting
from b24app.text.messages import N_


@check(
    title=N_("Stock accounting is as before"),
    why=N_("Stock accounting depends on the plan; when it goes off, stocks and reserves are no longer kept."),
    remedy=N_("Check that the plan includes stock accounting and switch it on."),
    area=Area.CATALOGUE,
    place=N_("CRM → Stock accounting"),
)
def stock_accounting_same(stock_accounting: StockAccounting, baseline: Baseline) -> Verdict:
    """Judge that it did not go off since the baseline."""
    before = baseline.of(StockAccounting)
    if before is not None and before.on and not stock_accounting.on:
        return warned(N_("Stock accounting went off since the snapshot"))
    if not stock_accounting.on:
        return not_used(N_("Stock accounting is not used"))
    return passed(N_("Stock accounting is on"))
