"""user.*, department.get: accounts and the company structure."""

from __future__ import annotations

from typing import Any

from sandbox.php import truthy
from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import listed
from sandbox.user import User

USER_SCOPES = "user|user_basic|user_brief"
PAGING = {"start", "sort", "order", "select", "filter", "admin_mode", "auth"}
# What the narrow scopes show (api-reference/user/user-scope.md), as far as our people have it.
BRIEF = frozenset(
    listed(
        "ID ACTIVE NAME LAST_NAME SECOND_NAME IS_ONLINE TIME_ZONE TIMESTAMP_X DATE_REGISTER PERSONAL_GENDER "
        "PERSONAL_BIRTHDAY PERSONAL_CITY WORK_POSITION LAST_ACTIVITY_DATE UF_EMPLOYMENT_DATE UF_DEPARTMENT"
    )
)
BASIC = BRIEF | {"EMAIL", "WORK_PHONE", "PERSONAL_MOBILE"}


def user_row(user: User) -> Row:
    """Write an account as user.get returns it."""
    known = user.fields
    return {
        "ID": str(user.id),
        "ACTIVE": user.active,
        "NAME": user.name,
        "LAST_NAME": user.last_name,
        "SECOND_NAME": known.get("SECOND_NAME", ""),
        "EMAIL": user.email,
        "LAST_LOGIN": known.get("LAST_LOGIN", ""),
        "DATE_REGISTER": known.get("DATE_REGISTER", ""),
        "TIME_ZONE": user.time_zone,
        "IS_ONLINE": known.get("IS_ONLINE", "N"),
        "TIMESTAMP_X": {},
        "LAST_ACTIVITY_DATE": {},
        "PERSONAL_GENDER": user.gender,
        "PERSONAL_WWW": known.get("PERSONAL_WWW", ""),
        "PERSONAL_BIRTHDAY": known.get("PERSONAL_BIRTHDAY", ""),
        "PERSONAL_MOBILE": known.get("PERSONAL_MOBILE", ""),
        "PERSONAL_CITY": known.get("PERSONAL_CITY", ""),
        "WORK_PHONE": known.get("WORK_PHONE", ""),
        "WORK_POSITION": known.get("WORK_POSITION", ""),
        "UF_EMPLOYMENT_DATE": known.get("UF_EMPLOYMENT_DATE", ""),
        "UF_DEPARTMENT": known.get("UF_DEPARTMENT", []),
        "USER_TYPE": user.user_type,
    }


@method("user.get", scope=USER_SCOPES)
def list_users(call: Call) -> Listing:
    """user.get: FILTER, or bare fields; sort and order are strings (user-get.md)."""
    return _listed(call)


@method("user.search", scope=USER_SCOPES)
def search_users(call: Call) -> Listing:
    """user.search: the same list; FIND looks into names."""
    return _listed(call)


@method("user.current", scope=USER_SCOPES)
def show_current(call: Call) -> Any:
    """user.current: who the token belongs to."""
    row = user_row(call.user) | {"LAST_ACTIVITY_DATE": call.user.fields.get("LAST_ACTIVITY_DATE", "")}
    return _cut(call, row)


@method("department.get", scope="department")
def list_departments(call: Call) -> Listing:
    """department.get: the company structure; paged by START (department-get.md)."""
    order = {str(call.get("sort") or "ID"): str(call.get("order") or "ASC")}
    wanted = {
        name: call.get(name) for name in ("ID", "NAME", "PARENT", "UF_HEAD") if call.get(name) is not None
    }
    return list_rows(call.portal.tables["department"], filter=wanted, order=order, start=call.start())


def _visible(call: Call) -> list[User]:
    """Return whom the caller may see: never the integrators (user-get.md); a guest sees guests."""
    people = [user for user in call.portal.users if user is not call.portal.integrator]
    everyone = truthy(call.get("ADMIN_MODE")) and call.portal.has_right(call.user, "admin")
    if everyone or call.user.user_type == "employee":
        return people
    return [user for user in people if user.user_type == "extranet" or user is call.user]


def _bare_filter(call: Call) -> dict[str, Any]:
    return {
        str(name).upper(): value for name, value in call.params.items() if str(name).lower() not in PAGING
    }


def _listed(call: Call) -> Listing:
    wanted = as_map(call.get("FILTER")) or _bare_filter(call)
    users = _visible(call)
    needle = str(wanted.pop("NAME_SEARCH", wanted.pop("FIND", ""))).casefold()
    known = [_known(user) for user in users if needle in user.full_name.casefold()]
    table = Table(known, key="ID")
    order = {str(call.get("sort") or "ID").upper(): str(call.get("order") or "ASC")}
    listing = list_rows(table, filter=wanted, order=order, start=call.start())
    names = [str(name).upper() for name in as_list(call.get("select"))]
    rows = [_selected(_cut(call, row | {"LAST_ACTIVITY_DATE": {}}), names) for row in listing.rows]
    return Listing(rows, listing.total, None, listing.start)


def _known(user: User) -> Row:
    """Return what the filter looks into: the moment of the last activity too, which the answer hides (user-get.md)."""
    return user_row(user) | {"LAST_ACTIVITY_DATE": user.fields.get("LAST_ACTIVITY_DATE", "")}


def _selected(row: Row, names: list[str]) -> Row:
    if not names or "*" in names:
        return row
    own = {name for name in row if name.startswith("UF_")} if "UF_*" in names else set()
    return {name: value for name, value in row.items() if name == "ID" or name in names or name in own}


def _cut(call: Call, row: Row) -> Row:
    """Leave only what the granted scope shows."""
    if "user" in call.scopes:
        return row
    shown = BASIC if "user_basic" in call.scopes else BRIEF
    return {name: value for name, value in row.items() if name in shown}
