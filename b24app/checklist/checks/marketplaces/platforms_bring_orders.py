"""Does each source still bring orders?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.traffic import overdue
from b24app.checklist.engine.verdict import Verdict, not_used, passed, warned
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
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
    trade_bindings: TradeBindings,
    trade_platforms: TradePlatforms,
    baseline: Baseline,
    recent_orders: RecentOrders | None = None,
) -> Verdict:
    """Judge that no source has missed more orders in a row than chance explains, by its own share of the orders before.

    Orders have no date in a binding, but their ids rise: they replace the clock, and do not rise while the shop pauses.
    """
    names = {row.id: row.name or row.code for row in trade_platforms.rows}
    now, before = trade_bindings.by_platform(), baseline.of(TradeBindings)
    orders = recent_orders.rows if recent_orders else ()
    newest = max([row.id or 0 for row in orders] + [max(ids) for ids in now.values()], default=0)
    was = before.by_platform() if before else {}
    silent = overdue(was, now, newest) if now else tuple(was)
    if silent:
        return warned(
            N_("No newest orders from %(names)s"), names=tuple(names.get(key, key) for key in silent)
        )
    if not now:
        return not_used(N_("No order is bound to a source"))
    return passed(N_("Orders come from %(names)s"), names=tuple(names.get(key, key) for key in sorted(now)))
