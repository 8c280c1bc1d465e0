"""Generated data of an online shop for a portal: repeatable by seed, dated by the clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import assumptions
from sandbox.shop import seeding
from sandbox.shop.people import people
from sandbox.shop.size import BIG, SMALL, ShopSize

if TYPE_CHECKING:
    from sandbox.portal import Portal

__all__ = ["BIG", "SMALL", "ShopSize", "seed", "show_unverified_methods", "size_for"]

UNVERIFIED = frozenset(name.lower() for name in assumptions.UNVERIFIED_METHODS)


def seed(portal: Portal, rows: int = 0, size: ShopSize | None = None) -> None:
    """Fill a new portal; `rows` is how many deals (and at least a quarter as many orders) it holds, for good."""
    size = size or size_for(portal)
    portal.extra["counted"] = rows > 0
    if rows:
        size = replace(size, deals=rows)
    show_unverified_methods(portal, shown=False)
    _add_people(portal, size)
    seeding.seed_settings(portal, size)
    seeding.seed_catalog(portal, size)
    seeding.seed_orders(portal, size, rows // 4)
    seeding.seed_crm(portal, size)
    seeding.seed_sites_and_channels(portal, size)
    seeding.seed_workplace(portal, size)


def size_for(portal: Portal) -> ShopSize:
    """Choose a size: the second portal of the tests (south...) and portals on the basic plan are small shops."""
    return SMALL if portal.host.startswith("south") or portal.paid_plan.endswith("_basic") else BIG


def show_unverified_methods(portal: Portal, *, shown: bool = True) -> None:
    """Let a portal answer methods that were not proved, or remove them again."""
    portal.missing_methods = (
        portal.missing_methods - UNVERIFIED if shown else portal.missing_methods | UNVERIFIED
    )


def _add_people(portal: Portal, size: ShopSize) -> None:
    world = portal.world
    everybody = people(size, world.seed, portal.now(), portal.host)
    portal.users = everybody
    portal.admin, portal.integrator, portal.employee = everybody[:3]
