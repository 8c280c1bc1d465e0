"""app.info, profile, scope, methods, server.time and others: the caller, the application, the portal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox import plan
from sandbox.php import truthy
from sandbox.rest.access import has_scope
from sandbox.rest.registry import METHODS, Call, Refusal, find_method, method

# Methods the vendor keeps out of lists: they answer, and need no scope.
FEATURES = {"rest_offline_extended", "rest_auth_connector"}
FEATURE_FAMILIES = {"pro", "ent", "company", "demo", "nfr"}


@method("app.info")
def describe_application(call: Call) -> Any:
    """app.info: an application sees itself, a webhook its scopes (vendor's documentation, app-info.md)."""
    if call.card is None:
        return {"SCOPE": sorted(call.scopes), "LICENSE": call.portal.plan}
    portal, installation = call.portal, call.portal.installations[call.card.client_id]
    info = {
        "ID": installation.app_id,
        "CODE": call.card.symbol,
        "VERSION": installation.version,
        "STATUS": installation.status,
        "INSTALLED": installation.installed,
        "PAYMENT_EXPIRED": "Y" if plan.payment_expired(portal, installation) else "N",
        "DAYS": plan.application_days(portal, installation),
        "LANGUAGE_ID": portal.lang,
        "LICENSE": portal.plan,
    }
    if portal.previous_plan:
        info["LICENSE_PREVIOUS"] = portal.previous_plan
    if portal.profile == "cloud":
        info["LICENSE_TYPE"] = portal.plan.partition("_")[2]
        info["LICENSE_FAMILY"] = plan.family(portal.plan)
    return info


@method("profile")
def describe_caller(call: Call) -> Any:
    """profile: who the token's user is; ADMIN means he may manage the application's settings."""
    user = call.user
    found = {
        "ID": str(user.id),
        "ADMIN": call.portal.has_right(user, "admin"),
        "NAME": user.name,
        "LAST_NAME": user.last_name,
        "PERSONAL_GENDER": user.gender,
        "TIME_ZONE": user.time_zone,
    }
    if user.photo:
        found["PERSONAL_PHOTO"] = user.photo
    return found


@method("user.admin")
def say_admin(call: Call) -> Any:
    """user.admin: whether the user is an administrator."""
    return call.portal.has_right(call.user, "admin")


@method("scope")
def list_scopes(call: Call) -> Any:
    """scope: what was granted; FULL=1 names everything there is."""
    if truthy(call.get("full")):
        return all_scopes()
    if call.card is None:
        return sorted(call.scopes)
    return list(call.portal.installations[call.card.client_id].scopes)


@method("server.time")
def tell_time(call: Call) -> Any:
    """server.time: the portal's clock, which may be set wrong (`extra["clock_ahead"]`)."""
    ahead: timedelta = call.portal.extra.get("clock_ahead", timedelta())
    return (call.portal.now() + ahead).isoformat(timespec="seconds")


@method("method.get")
def describe_method(call: Call) -> Any:
    """method.get: whether a method exists and whether this token may call it."""
    found = find_method(str(call.get("name") or ""))
    exists = found is not None and found.name.lower() not in call.portal.missing_methods
    available = exists and found is not None and has_scope(found, call.scopes)
    return {"isExisting": exists, "isAvailable": available}


@method("methods")
def list_methods(call: Call) -> Any:
    """methods: lower-case names of a scope, of the granted scopes, or all with FULL."""
    wanted = call.get("scope")
    names = sorted(name for name in METHODS if name not in call.portal.missing_methods)
    if wanted is not None:
        return [name for name in names if str(wanted) in METHODS[name].scope.split("|")]
    if truthy(call.get("full")):
        return names
    return [name for name in names if has_scope(METHODS[name], call.scopes)]


@method("feature.get")
def tell_feature(call: Call) -> Any:
    """feature.get: two documented features, on from the professional plan (feature-get.md)."""
    code = str(call.get("CODE") or "")
    if not code:
        raise Refusal("CODE_EMPTY", "CODE can't be empty")
    if call.portal.profile == "box":
        return {"value": call.portal.plan}
    enabled = code in FEATURES and plan.family(call.portal.plan) in FEATURE_FAMILIES
    return {"value": "Y" if enabled else "N"}


def all_scopes() -> list[str]:
    """Return every scope that some method here needs."""
    return sorted({part for entry in METHODS.values() for part in entry.scope.split("|") if part})
