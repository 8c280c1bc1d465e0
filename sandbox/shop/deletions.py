"""Deletes what people or applications delete, and sends the event of it in the documented shape.

Sources: catalog-product-on-delete.md, on-task-delete.md, on-order-deleted.md, on-crm-type-delete.md,
on-crm-deal-user-field-delete.md, on-crm-type-user-field-delete.md. No event is documented for a pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.events import fire

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.rest.table import Row
    from sandbox.user import User

GOODS = {"product": 1, "sku": 3, "offer": 4, "service": 7}
FIELD_OWNERS = {f"CRM_{one}": one for one in ("LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE")}


def delete_row(portal: Portal, table: str, row_id: Any, user: User | None) -> None:
    """Delete one row and send the event to the handlers that are bound; a missing row is no event."""
    row = portal.tables[table].get(row_id)
    if row is None:
        return
    portal.tables[table].delete(row_id)
    told = _event(table, row)
    if told is not None:
        fire(portal, *told, user=user)


def _event(table: str, row: Row) -> tuple[str, dict[str, Any]] | None:
    if table in GOODS:
        return "CATALOG.PRODUCT.ON.DELETE", {"FIELDS": {"ID": row["id"], "TYPE": GOODS[table]}}
    if table == "task":
        before = {"FIELDS_BEFORE": {"ID": int(row["id"])}, "FIELDS_AFTER": "undefined"}
        return "ONTASKDELETE", before | {"IS_ACCESSIBLE_BEFORE": "undefined", "IS_ACCESSIBLE_AFTER": "N"}
    if table == "order":
        return "ONORDERDELETED", {"FIELDS": {"ID": row["id"]}}
    if table == "crm_type":
        return "ONCRMTYPEDELETE", {"FIELDS": {"ID": str(row["id"])}}
    return _field_event(row) if table == "user_field" else None


def _field_event(row: Row) -> tuple[str, dict[str, Any]]:
    names = ("ID", "ENTITY_ID", "FIELD_NAME")
    kind = FIELD_OWNERS.get(row["ENTITY_ID"], "TYPE")
    return f"ONCRM{kind}USERFIELDDELETE", {"FIELDS": {name: str(row[name]) for name in names}}
