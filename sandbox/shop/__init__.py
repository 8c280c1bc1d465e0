"""Generated data of an online shop for a portal: repeatable by seed, dated by the clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.shop import seeding
from sandbox.shop.people import people
from sandbox.shop.size import BIG, SMALL, ShopSize

if TYPE_CHECKING:
    from sandbox.portal import Portal

__all__ = ["BIG", "SMALL", "ShopSize", "seed", "show_license_methods", "size_for"]

# Assumption: seen in the portal's source (intranet, mobile), documented nowhere, hence off until asked for.
LICENSE_METHODS = frozenset({"intranet.license.getlicensedata", "mobile.menu.getmenu"})


def seed(portal: Portal, rows: int = 0, size: ShopSize | None = None) -> None:
    """Fill a new portal; `rows` is how many deals (and at least a quarter as many orders) it holds, for good."""
    size = size or size_for(portal)
    portal.extra["counted"] = rows > 0
    if rows:
        size = replace(size, deals=rows)
    portal.missing_methods |= LICENSE_METHODS
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


def show_license_methods(portal: Portal) -> None:
    """Switch on the undocumented methods that return the licence's end date."""
    portal.missing_methods -= LICENSE_METHODS


def _add_people(portal: Portal, size: ShopSize) -> None:
    world = portal.world
    everybody = people(size, world.seed, portal.now(), portal.host)
    portal.users = everybody
    portal.admin, portal.integrator, portal.employee = everybody[:3]
