"""Time passes and customers keep buying: sales that came since the shop was last looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.rest.table import Table
from sandbox.shop.ledger import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, Ledger

if TYPE_CHECKING:
    from sandbox.portal import Portal


def catch_up(portal: Portal) -> None:
    """Add the orders, payments, shipments and bindings of the time that has passed."""
    ledger: Ledger | None = portal.shelf.get("ledger")
    if ledger is None:
        return
    before = ledger.known
    new = range(before, ledger.arrived())
    if not new:
        return
    own = [index + 1 for index in new if not ledger.market_of(index)]
    for name, first in (("order", FIRST_ORDER), ("payment", FIRST_PAYMENT), ("shipment", FIRST_SHIPMENT)):
        portal.tables[name].extend(first + index for index in new)
    portal.tables["trade_binding"].extend(own)


def trade_table(portal: Portal, name: str) -> Table:
    """Return a table of trade as it stands now."""
    catch_up(portal)
    return portal.tables[name]
