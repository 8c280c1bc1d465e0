"""New orders and deals that came since the tables were last read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.rest.table import Table
from sandbox.shop.deals import FIRST_DEAL, Deals
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, OrderHistory

if TYPE_CHECKING:
    from sandbox.portal import Portal


def catch_up(portal: Portal) -> None:
    """Add the orders, payments, shipments, bindings and deals of the time that has passed."""
    with portal.world.lock:
        _catch_up(portal)


def _catch_up(portal: Portal) -> None:
    history: OrderHistory = portal.extra["order_history"]
    new = history.pace.arrivals()
    for name, first in (("order", FIRST_ORDER), ("payment", FIRST_PAYMENT), ("shipment", FIRST_SHIPMENT)):
        portal.tables[name].extend(first + index for index in new)
    portal.tables["trade_binding"].extend(index + 1 for index in new if not history.market_of(index))
    deals: Deals = portal.extra["deals"]
    portal.tables["deal"].extend(FIRST_DEAL + index for index in deals.pace.arrivals())


def table_now(portal: Portal, name: str) -> Table:
    """Return a table with the rows that came until now."""
    catch_up(portal)
    return portal.tables[name]
