"""Does each source still bring orders?"""

from b24app.checklist.engine.check import Area, Baseline, check, missing
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.marketplaces.trade_bindings import TradeBindings
from b24app.checklist.facts.marketplaces.trade_platforms import TradePlatforms
from b24app.text.messages import N_


@check(
    title=N_("Every source brings orders"),
    why=N_("A source that brought orders before and brings none now has lost its connection."),
    remedy=N_("Place a test order in this source and find it in CRM."),
    area=Area.MARKETPLACES,
    place=N_("CRM → Orders"),
)
def platforms_bring_orders(
    trade_bindings: TradeBindings, trade_platforms: TradePlatforms, baseline: Baseline
) -> Verdict:
    """Judge that platforms of the baseline's newest orders appear among today's newest orders."""
    names = {row.id: row.name or row.code for row in trade_platforms.rows}
    now = {row.trading_platform_id for row in trade_bindings.rows}
    before = baseline.of(TradeBindings)
    was = dict.fromkeys(row.trading_platform_id for row in before.rows) if before else None
    silent = missing(was, now)
    if silent:
        return warned(
            N_("No newest orders from %(names)s"), names=tuple(names.get(key, key) for key in silent)
        )
    if not now:
        return not_used(N_("No order is bound to a source"))
    return passed(N_("Orders come from %(names)s"), names=tuple(names.get(key, key) for key in sorted(now)))
