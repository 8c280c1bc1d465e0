"""Puts the shop into a new portal; until the shop exists, three people live there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sandbox.user import User

if TYPE_CHECKING:
    from sandbox.portal import Portal


def furnish(portal: Portal, rows: int) -> None:
    """Seed people and data: `sandbox.shop.seed(portal, rows)`."""
    spec = find_spec("sandbox.shop")
    if spec and spec.origin:
        from sandbox.shop import seed

        seed(portal, rows)
    else:
        _settle_three(portal)


def _settle_three(portal: Portal) -> None:
    portal.admin = User(1, "Анна", "Северова", "anna@shop.example", admin=True)
    portal.integrator = User(2, "Игорь", "Партнёров", "igor@partner.example", admin=True)
    portal.employee = User(3, "Елена", "Продавцова", "elena@shop.example")
    portal.users = [portal.admin, portal.integrator, portal.employee]
