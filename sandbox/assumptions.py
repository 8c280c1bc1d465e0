"""Assumptions about portals where no source says how they behave; a test may change every value."""

from __future__ import annotations

from typing import Literal

# Assumption: during the days of grace a cloud portal keeps its plan, its frames and its REST.
REST_WORKS_IN_GRACE = True

# Assumption: a portal locked by the licence scanner refuses REST and frames as a free plan does.
REST_WORKS_WHEN_LOCKED = False

# Assumption: the header widget calls a portal "blocked" 14 days after the end, so the plan falls then.
CLOUD_GRACE_DAYS = 14

# The on-premise block comes 15 days after the end (main/lib/License popup); REST of a box goes on.
BOX_GRACE_DAYS = 15

# Assumption: the previous refresh token is refused as soon as a new one is given.
OLD_REFRESH_TOKEN_WORKS = False

# Assumption: an overloaded application gets 503 (documentation and SDK); one module version says 401.
OVERLOAD_STATUS = 503

# Assumption: with start=-1 the answer has neither total nor next (module code); the documentation shows 0.
TOTAL_AFTER_MINUS_ONE: int | None = None

# Assumption: LICENSE of app.info follows the plan at once, both on lapse and on renewal.
LICENSE_FOLLOWS_AT_ONCE = True

# Sources disagree about PORTAL_DELETED: 403 (the portal's source, and a deleted portal seen in 2016), 500 (documentation), 410 (SDK).
DELETED_PORTAL_STATUS = 403

# Assumption: the authorization server says of a deleted portal that the application is not installed there.
DELETED_PORTAL_TOKEN_ERROR = ("NOT_INSTALLED", "Application not installed", 401)

# Assumption: after a move nobody answers at the old address of the authorization server ("gone"); or it goes on ("works"),
# or it answers 302 ("redirect").
OLD_AUTHORIZATION_SERVER: Literal["gone", "redirect", "works"] = "gone"

# Assumption: both authorization servers (oauth.bitrix24.tech, oauth.bitrix.info) know the tokens of every portal.
AUTHORIZATION_SERVERS_SHARE_TOKENS = True

# Assumption: notifications, messages and tasks to a dismissed person are refused as those to nobody: USER_NOT_FOUND of
# im.message.add, ERROR_CORE of tasks.task.add. The documentation of im.notify.* names no code for either.
DISMISSED_ARE_REFUSED = True

# A Russian portal writes moments with +03:00 (every example of the documentation). Assumption: other languages by their capital.
TIME_ZONES = {
    "ru": "Europe/Moscow",
    "by": "Europe/Minsk",
    "kz": "Asia/Almaty",
    "uz": "Asia/Tashkent",
    "am": "Asia/Yerevan",
    "az": "Asia/Baku",
    "ge": "Asia/Tbilisi",
    "kg": "Asia/Bishkek",
}

# Methods that no documentation names and that nobody proved on a live portal: they are unknown until they are shown
# (`sandbox.shop.show_unverified_methods`). A product must not depend on them. `license.get`, which one application in the
# wild tries, is in no source at all and is not answered.
UNVERIFIED_METHODS: dict[str, str] = {
    "intranet.license.getLicenseData": "the portal's source, intranet/lib/controller/license.php",
    "mobile.Menu.getMenu": "the portal's source, mobile, controller of the menu",
}

# Messages of REST 3.0 that no page shows; the codes are documented, METHODNOTFOUNDEXCEPTION by the vendor's JavaScript SDK.
NO_METHOD_MESSAGE = "Метод не найден"
BROKEN_JSON_MESSAGE = "Тело запроса не является корректным JSON"

# Assumption: in REST 3.0 the end of plan or subscription is ACCESSDENIEDEXCEPTION with 401, as every failure of authorization
# in the portal's source of January 2026; later texts of the product name two codes of their own.

# The event log shows USER_AUTHORIZE alone, the one type of record in the documentation; a portal has others, by its plan.

# A host is the one of a browser's Host header: international names in ASCII, IPv6 in brackets. Assumption: so it stands in
# DOMAIN, client_endpoint and events, whatever an on-premise portal calls itself.
