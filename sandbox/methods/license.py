"""Two undocumented methods that return the licence's end date; off until they are shown (`sandbox.assumptions`)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sandbox import plan
from sandbox.rest.registry import Call, method

ALMOST = 14
PATHS = {"allPath": "/settings/license_all.php", "myPath": "/settings/license.php"}
MORE_PATHS = {"demoPath": "/settings/license_demo.php", "ordersPath": "/settings/order/"}


@method("intranet.license.getLicenseData", scope="intranet")
def show_license(call: Call) -> Any:
    """intranet.license.getLicenseData: what the header's licence widget shows."""
    portal = call.portal
    days = (portal.paid_till - call.portal.today()).days
    free = plan.family(portal.plan) == plan.FREE
    licence = {
        "name": portal.plan,
        "type": portal.plan,
        "tillMessage": f"до {portal.paid_till:%d.%m.%Y}",
        "daysLeft": days,
        "daysLeftMessage": f"{days} дн.",
        "isAlmostExpired": 0 < days < ALMOST and not free,
        "isExpired": days <= 0 and not free,
        "isAutoPay": False,
        "isDemo": False,
        "isFreeTariff": free,
        "canBuy": True,
        **PATHS,
        **MORE_PATHS,
    }
    admin = portal.has_right(call.user, "admin")
    return {"license": licence, "market": {}, "isAdmin": admin, "isCloud": portal.profile == "cloud"}


@method("mobile.Menu.getMenu", scope="mobile")
def show_mobile_menu(call: Call) -> Any:
    """mobile.Menu.getMenu: only the part about the licence; nothing on a box."""
    portal = call.portal
    if portal.profile == "box":
        return {"license": None}
    free = plan.family(portal.plan) == plan.FREE
    days = (portal.paid_till - call.portal.today()).days
    zone = call.portal.now().tzinfo
    licence = {
        "licenseName": portal.plan,
        "tillDate": int(datetime.combine(portal.paid_till, time(), zone).timestamp()),
        "isDemo": False,
        "isLicenseExpired": days <= 0 and not free,
        "isLicenseAlmostExpired": 0 < days < ALMOST and not free,
        "type": portal.plan,
        "isFreeLicense": free,
        "isEnterprise": plan.family(portal.plan) == "ent",
        "isDemoTrialAvailable": False,
    }
    return {"license": licence}
