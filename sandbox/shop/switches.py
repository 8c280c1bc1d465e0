"""Switching objects of the shop (pay systems, stages, sites …) off and on, and deleting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.rest.table import Row, Table

TABLES = {
    "pay_system": "paysystem",
    "delivery": "delivery",
    "stage": "status",
    "pipeline": "category",
    "connector": "connector",
    "site": "site",
    "cashbox": "cashbox",
    "line": "openline",
    "open_line": "openline",
    "phone_line": "phone_line",
    "trade_platform": "trade_platform",
    "price_type": "price_type",
    "store": "store",
    "template": "bp_template",
    "bi_source": "bi_source",
}
FLAGS = ("ACTIVE", "active")


def switch(portal: Portal, kind: str, row_id: Any, *, on: bool) -> None:
    """Switch an object off or on."""
    (switch_on if on else switch_off)(portal, kind, row_id)


def switch_off(portal: Portal, kind: str, row_id: Any) -> None:
    """Clear the flag of activity; an object without a flag is removed and kept, so that it can be restored."""
    if kind == "user":
        _user(portal, row_id).active = False
        return
    table, row = _find(portal, kind, row_id)
    flag = _flag(row)
    if flag is None:
        _aside(portal)[kind, str(row_id)] = row
        table.delete(row[table.key])
    else:
        table.update(row[table.key], **{flag: False if isinstance(row[flag], bool) else "N"})
    _note(portal, kind, row[table.key], "close")


def switch_on(portal: Portal, kind: str, row_id: Any) -> None:
    """Set the flag of activity, or restore what was removed."""
    if kind == "user":
        _user(portal, row_id).active = True
        return
    kept = _aside(portal).pop((kind, str(row_id)), None)
    if kept is not None:
        table_of(portal, kind).add(kept)
        return
    table, row = _find(portal, kind, row_id)
    flag = _flag(row)
    if flag is not None:
        table.update(row[table.key], **{flag: True if isinstance(row[flag], bool) else "Y"})
    _note(portal, kind, row[table.key], "reopen")


def remove(portal: Portal, kind: str, row_id: Any) -> None:
    """Delete an object and what depends on it."""
    if kind == "user":
        portal.users.remove(_user(portal, row_id))
        return
    table, row = _find(portal, kind, row_id)
    table.delete(row[table.key])
    _note(portal, kind, row[table.key], "close")
    follow = FOLLOWERS.get(kind)
    if follow:
        follow(portal, row)


def change_settings(portal: Portal, kind: str, row_id: Any, **values: Any) -> None:
    """Let an administrator change keys of `pay_settings` or `delivery_settings`; None removes a key."""
    portal.extra.setdefault(kind, {}).setdefault(str(row_id), {}).update(values)


def with_changes(given: Row, extra: dict[str, Any], kind: str, row_id: Any) -> Row:
    """Return settings with what an administrator has changed since the shop was built."""
    changed = given | extra.get(kind, {}).get(str(row_id), {})
    return {code: value for code, value in changed.items() if value is not None}


def table_of(portal: Portal, kind: str) -> Table:
    """Return the table of a kind of object."""
    name = TABLES.get(kind, kind)
    if name not in portal.tables:
        raise ValueError(f"no such kind: {kind}")
    return portal.tables[name]


def _find(portal: Portal, kind: str, row_id: Any) -> tuple[Table, Row]:
    table = table_of(portal, kind)
    row = table.get(row_id)
    if row is None and kind == "stage":
        row = next(
            (one for one in table if row_id in (one["STATUS_ID"], f"{one['ENTITY_ID']}:{one['STATUS_ID']}")),
            None,
        )
    if row is None:
        raise ValueError(f"no {kind} {row_id}")
    return table, row


def _flag(row: Row) -> str | None:
    return next((name for name in FLAGS if name in row), None)


def _user(portal: Portal, user_id: Any) -> Any:
    user = portal.user(int(user_id))
    if user is None:
        raise ValueError(f"no user {user_id}")
    return user


def _aside(portal: Portal) -> dict[tuple[str, str], Row]:
    kept: dict[tuple[str, str], Row] = portal.extra.setdefault("aside", {})
    return kept


def _note(portal: Portal, kind: str, row_id: Any, verb: str) -> None:
    if kind in ("pay_system", "delivery") and "order_history" in portal.extra:
        getattr(portal.extra["order_history"], verb)(kind, row_id)


def _drop_stages(portal: Portal, category: Row) -> None:
    statuses = portal.tables["status"]
    wanted = f"STAGE_{category['id']}"
    for row in statuses.all():
        if row["ENTITY_ID"].endswith(wanted):
            statuses.delete(row["ID"])


def _drop_profiles(portal: Portal, service: Row) -> None:
    table = portal.tables["delivery"]
    for row in table.all():
        if row["PARENT_ID"] == service["ID"]:
            table.delete(row["ID"])


def _drop_pages(portal: Portal, site: Row) -> None:
    table = portal.tables["page"]
    for row in table.all():
        if row["SITE_ID"] == site["ID"]:
            table.delete(row["ID"])


FOLLOWERS: dict[str, Callable[[Portal, Row], None]] = {
    "pipeline": _drop_stages,
    "delivery": _drop_profiles,
    "site": _drop_pages,
}
