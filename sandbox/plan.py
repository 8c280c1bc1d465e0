"""Plan and Marketplace subscription of a portal: paid terms, state, and whether REST may be used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox import assumptions

if TYPE_CHECKING:
    from sandbox.application import Installation
    from sandbox.portal import Portal

FREE = "project"
NEVER_ENDS = {"project", "nfr"}


def state_of(portal: Portal) -> str:
    """Return active, grace, free or locked, by what was scripted or else by the date."""
    if portal.forced_state:
        return portal.forced_state
    if portal.today() <= portal.paid_till:
        return "active"
    days = grace_days(portal)
    if portal.today() <= portal.paid_till + timedelta(days=days):
        return "grace"
    return "locked" if portal.profile == "box" else "free"


def grace_days(portal: Portal) -> int:
    """Return the days between the end of the term and its consequences."""
    return assumptions.BOX_GRACE_DAYS if portal.profile == "box" else assumptions.CLOUD_GRACE_DAYS


def plan_in_force(portal: Portal) -> str:
    """Return the plan that app.info names: of a box it is `<lang>_selfhosted`."""
    if portal.profile == "box":
        return f"{portal.lang}_selfhosted"
    if portal.state == "free" and assumptions.LICENSE_FOLLOWS_AT_ONCE:
        return f"{portal.paid_plan.partition('_')[0]}_{FREE}"
    return portal.paid_plan


def family(plan: str) -> str:
    """Return LICENSE_FAMILY of a plan: `ent` for ent10000, `pro` for pro100."""
    return plan.partition("_")[2].rstrip("0123456789")


def lapse_to_free(portal: Portal) -> None:
    """End the plan for good."""
    portal.paid_till = min(portal.paid_till, _yesterday(portal))
    portal.forced_state = "locked" if portal.profile == "box" else "free"


def enter_grace(portal: Portal) -> None:
    """Put the portal one day past the end of its plan."""
    portal.paid_till = _yesterday(portal)
    portal.forced_state = ""


def lock(portal: Portal) -> None:
    """Lock the portal, as the licence scanner does."""
    portal.forced_state = "locked"


def end_marketplace(portal: Portal) -> None:
    """End the Marketplace subscription yesterday."""
    portal.marketplace_till = _yesterday(portal)


def renew(portal: Portal, plan: str | None, months: int) -> None:
    """Pay: from the end of the term while it runs, from today when it has ended."""
    portal.paid_till = add_months(max(portal.paid_till, portal.today()), months)
    portal.forced_state = ""
    if plan:
        portal.paid_plan = plan
        portal.limits.fit(portal.profile, plan)


def renew_marketplace(portal: Portal, months: int) -> None:
    """Pay for the Marketplace subscription."""
    portal.marketplace_till = add_months(max(portal.marketplace_till, portal.today()), months)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


def marketplace_active(portal: Portal) -> bool:
    """Return whether the Marketplace subscription is paid; on the free plan it does not count."""
    on_free = portal.state == "free" or portal.paid_plan.endswith(f"_{FREE}")
    return portal.marketplace_till >= portal.today() and not on_free


def rest_in_plan(portal: Portal) -> bool:
    """Return whether the plan has the feature `rest_access`."""
    allowed = {
        "active": not portal.paid_plan.endswith(f"_{FREE}"),
        "grace": assumptions.REST_WORKS_IN_GRACE,
        "free": False,
        "locked": assumptions.REST_WORKS_WHEN_LOCKED,
    }
    return allowed[portal.state]


def subscription_required(portal: Portal) -> bool:
    """Return whether the region asks for the Marketplace subscription: only ru does (MarketSubscription)."""
    return portal.lang == "ru"


def rest_allowed(portal: Portal, installation: Installation | None = None) -> bool:
    """Apply the rules of rest/lib/engine/access.php; a box is never refused."""
    if portal.profile == "box":
        return True
    if portal.state == "locked" and not assumptions.REST_WORKS_WHEN_LOCKED:
        return False
    if marketplace_active(portal):
        return True
    if not rest_in_plan(portal):
        return False
    return not subscription_required(portal) or (installation is not None and installation.status == "F")


def application_days(portal: Portal, installation: Installation) -> int | None:
    """Return DAYS of app.info: the application's own paid term, never the portal's."""
    till = portal.marketplace_till if installation.status == "S" else installation.paid_till
    if till is None or installation.status in {"L", "F"}:
        return None
    return (till - portal.today()).days


def payment_expired(portal: Portal, installation: Installation) -> bool:
    """Return whether the application itself is unpaid: a paid one has 14 days of grace (rest/lib/app.php)."""
    days = application_days(portal, installation)
    if days is None:
        return False
    return days < (-14 if installation.status == "P" else 0)


def _yesterday(portal: Portal) -> date:
    return portal.today() - timedelta(days=1)
