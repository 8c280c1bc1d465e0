"""Rows that belong to a CRM item: product rows, comments, activities, log entries, requisites with bank details and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sandbox import assumptions
from sandbox.rest.table import Row, Table

if TYPE_CHECKING:
    from sandbox.portal import Portal

KEYS = {
    "product_row": "id",
    "comment": "ID",
    "activity": "ID",
    "log_message": "id",
    "requisite": "ID",
    "bank_detail": "ID",
    "address": "_id",
    "order_entity": "orderId",
}
SHORT_TYPES = {1: "L", 2: "D", 3: "C", 4: "CO", 7: "Q", 31: "SI"}
LONG_TYPES = {1: "lead", 2: "deal", 3: "contact", 4: "company", 7: "quote", 31: "smart_invoice"}
REQUISITE = 8
A_DEAL = 4
"""So many numbers of product rows belong to each deal; some of them are rows."""


def relation_table(portal: Portal, name: str) -> Table:
    """Return a table of rows that hang on items; a portal saved by an earlier release has none yet."""
    return portal.tables.setdefault(name, Table(key=KEYS[name]))


def hanging_on(portal: Portal, name: str, owner: int) -> Iterable[Row]:
    """Yield the rows that may belong to an owner: those that are built for it, and all that were added or changed."""
    table = relation_table(portal, name)
    built = range(owner * A_DEAL, (owner + 1) * A_DEAL) if name == "product_row" else (owner,)
    touched = table.touched()
    for row_id in [*(one for one in built if one not in touched), *touched]:
        row = table.get(row_id)
        if row is not None:
            yield row


def short_type(kind: int) -> str:
    """Return the short code of an item's type (crm/data-types.md): D for a deal, T and the hexadecimal id for a smart process."""
    return SHORT_TYPES.get(kind, f"T{kind:x}")


def long_type(kind: int) -> str:
    """Return the type's name in the timeline: deal, dynamic_1046."""
    return LONG_TYPES.get(kind, f"dynamic_{kind}")


def type_of(name: str) -> int:
    """Return the type behind a short or a long code, 0 for an unknown one."""
    text = str(name)
    for names in (SHORT_TYPES, LONG_TYPES):
        found = next((kind for kind, code in names.items() if code == text), 0)
        if found:
            return found
    return _smart(text)


def _smart(text: str) -> int:
    if text.startswith("dynamic_") and text[8:].isdigit():
        return int(text[8:])
    try:
        return int(text[1:], 16) if text.startswith("T") else 0
    except ValueError:
        return 0


def forget_relations(portal: Portal, kind: int, item_id: Any) -> None:
    """Remove the rows of a deleted item from every list."""
    if not assumptions.DELETED_WITH_RELATIONS:
        return
    owner = str(item_id)
    wanted = {
        "product_row": {"ownerType": short_type(kind), "ownerId": owner},
        "comment": {"ENTITY_TYPE": long_type(kind), "ENTITY_ID": owner},
        "activity": {"OWNER_TYPE_ID": str(kind), "OWNER_ID": owner},
        "log_message": {"entityTypeId": str(kind), "entityId": owner},
        "requisite": {"ENTITY_TYPE_ID": str(kind), "ENTITY_ID": owner},
    }
    for name, marks in wanted.items():
        for row in _hanging(portal, name, marks):
            relation_table(portal, name).delete(row[KEYS[name]])
            if name == "requisite":
                _forget_requisite(portal, row["ID"])


def _forget_requisite(portal: Portal, requisite_id: Any) -> None:
    for row in _hanging(portal, "bank_detail", {"ENTITY_ID": str(requisite_id)}):
        relation_table(portal, "bank_detail").delete(row["ID"])
    marks = {"ENTITY_TYPE_ID": str(REQUISITE), "ENTITY_ID": str(requisite_id)}
    for row in _hanging(portal, "address", marks):
        relation_table(portal, "address").delete(row["_id"])


def _hanging(portal: Portal, name: str, marks: dict[str, str]) -> list[Row]:
    if name not in portal.tables:
        return []
    rows = hanging_on(
        portal, name, int(marks.get("ownerId") or marks.get("OWNER_ID") or marks.get("ENTITY_ID") or 0)
    )
    return [row for row in rows if all(str(row.get(field)) == value for field, value in marks.items())]
