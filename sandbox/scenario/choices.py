"""Options of the panel's lists: objects of the shop, users, applications, scopes."""

from __future__ import annotations

from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.scenario.fields import WrongValue
from sandbox.shop.switches import TABLES
from sandbox.user import User

Choices = list[tuple[str, str]]
OTHER_NAMES = frozenset({"open_line"})
RIGHTS = ("admin", "crm_admin", "crm_import", "crm_delete", "app")


def kinds_of(portal: Portal) -> dict[str, str]:
    """Return kinds of objects this portal has, each with its table."""
    return {
        kind: table for kind, table in TABLES.items() if table in portal.tables and kind not in OTHER_NAMES
    }


def kinds(portal: Portal) -> Choices:
    """Return kinds of objects as options."""
    return [(kind, kind) for kind in kinds_of(portal)]


def people(portal: Portal) -> Choices:
    """Return accounts that can still work."""
    return [(str(user.id), f"{user.full_name} ({user.id})") for user in portal.users if user.active][:60]


def rights(_portal: Portal) -> Choices:
    """Return rights that can be revoked."""
    return [(right, right) for right in RIGHTS]


def applications(portal: Portal) -> Choices:
    """Return applications, installed ones first."""
    cards = {
        row.card.client_id: row.card for row in portal.installations.values()
    } | portal.world.applications
    return [(card.client_id, card.title) for card in cards.values()]


def scopes(portal: Portal) -> Choices:
    """Return scopes of the installed applications."""
    found = {scope for row in portal.installations.values() for scope in row.card.scopes}
    return [(scope, scope) for scope in sorted(found)]


def find_user(portal: Portal, value: str) -> User:
    """Find an account by its number or by its role: admin, integrator, employee."""
    parts = {"admin": portal.admin, "integrator": portal.integrator, "employee": portal.employee}
    user = parts.get(value) or (portal.user(int(value)) if value.isdigit() else None)
    if user is None:
        raise WrongValue(f"no user {value}")
    return user


def find_card(portal: Portal, value: str | None, *, installed: bool = True) -> ApplicationCard:
    """Find an application by its client_id or code; without a name, the first one."""
    own = [row.card for row in portal.installations.values() if row.active]
    cards = own if installed else [*own, *portal.world.applications.values()]
    found = next((card for card in cards if value in (None, card.client_id, card.symbol)), None)
    if found is None:
        raise WrongValue(f"no application {value or ''}".strip())
    return found
