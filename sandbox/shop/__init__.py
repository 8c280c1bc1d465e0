"""A believable shop for a portal: everything an online shop's Bitrix24 holds, drawn by seed and dated by the clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.shop import stocking
from sandbox.shop.people import people
from sandbox.shop.size import BIG, SMALL, ShopSize

if TYPE_CHECKING:
    from sandbox.portal import Portal

__all__ = ["BIG", "SMALL", "ShopSize", "seed", "size_for"]


def seed(portal: Portal, rows: int = 0, size: ShopSize | None = None) -> None:
    """Fill a new portal; `rows` is how many deals (and a quarter as many orders) it holds."""
    size = size or size_for(portal)
    if rows:
        size = replace(size, deals=rows)
    _settle(portal, size)
    stocking.stock_settings(portal, size)
    stocking.stock_goods(portal, size)
    stocking.stock_trade(portal, size, rows // 4)
    stocking.stock_crm(portal, size)
    stocking.stock_fronts(portal, size)
    stocking.stock_work(portal, size)


def size_for(portal: Portal) -> ShopSize:
    """Choose a size: the second portal of the tests (south...) and portals on the basic plan are small shops."""
    return SMALL if portal.host.startswith("south") or portal.paid_plan.endswith("_basic") else BIG


def _settle(portal: Portal, size: ShopSize) -> None:
    world = portal.world
    everybody = people(size, world.seed, world.clock.now(), portal.host)
    portal.users = everybody
    portal.admin, portal.integrator, portal.employee = everybody[:3]
