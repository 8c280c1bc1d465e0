"""Switching things of a portal off and on, and deleting them, by kind."""

from __future__ import annotations

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
}
FLAGS = ("ACTIVE", "active", "STATUS", "status", "CONFIGURED")


def switch(portal: Portal, kind: str, row_id: Any, *, on: bool) -> None:
    """Set a row's flag of activity, in the type the row keeps it."""
    table = table_of(portal, kind)
    row = _row(table, kind, row_id)
    flag = next((name for name in FLAGS if name in row), None)
    if flag is None:
        raise ValueError(f"a {kind} has no switch")
    table.update(row_id, **{flag: on if isinstance(row[flag], bool) else "Y" if on else "N"})


def remove(portal: Portal, kind: str, row_id: Any) -> None:
    """Delete a row."""
    table = table_of(portal, kind)
    _row(table, kind, row_id)
    table.delete(row_id)


def table_of(portal: Portal, kind: str) -> Table:
    """Return the table that holds a kind of thing."""
    name = TABLES.get(kind, kind)
    if name not in portal.tables:
        raise ValueError(f"no such kind: {kind}")
    return portal.tables[name]


def _row(table: Table, kind: str, row_id: Any) -> Row:
    row = table.get(row_id)
    if row is None:
        raise ValueError(f"no {kind} {row_id}")
    return row
