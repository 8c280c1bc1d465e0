"""Do the sources of orders work?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.marketplaces.trade_platforms import TradePlatforms
from b24app.text.messages import N_


@check(
    title=N_("Order sources are on"),
    why=N_("Orders of a switched-off source are created outside CRM, or not at all."),
    remedy=N_("Switch the source on in the settings of orders or publish the shop again."),
    area=Area.MARKETPLACES,
    place=N_("CRM → Orders → Sources"),
)
def order_sources_on(trade_platforms: TradePlatforms, baseline: Baseline) -> Verdict:
    """Judge that the trade platforms that were active are active."""
    active = {row.id: row.name or row.code for row in trade_platforms.rows if row.active}
    before = baseline.of(TradePlatforms)
    was = {row.id: row.name or row.code for row in before.rows if row.active} if before else None
    lost = gone(was, active)
    if lost:
        return warned(N_("Switched off or gone: %(names)s"), names=lost)
    if not active:
        return not_used(N_("There are no order sources"))
    return passed(N_("Sources: %(names)s"), names=tuple(active.values()))
