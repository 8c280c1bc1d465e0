"""Goods with variants, services, and documents of the stores."""

from __future__ import annotations

from typing import Any

from sandbox.methods.catalog import CLOSED
from sandbox.methods.refusals import SALE_DENIED
from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Table

KINDS = {"sku": "units", "service": "services"}


@method("catalog.product.sku.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_units(call: Call) -> Listing:
    """catalog.product.sku.list: goods that have variants."""
    return _goods(call, "sku")


@method("catalog.product.service.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_services(call: Call) -> Listing:
    """catalog.product.service.list."""
    return _goods(call, "service")


@method("catalog.document.list", scope="catalog")
def list_documents(call: Call) -> Listing:
    """catalog.document.list: documents of the stores."""
    return _rows(call, call.portal.tables.setdefault("store_document", Table(key="id")), "documents")


@method("catalog.document.element.list", scope="catalog")
def list_document_elements(call: Call) -> Listing:
    """catalog.document.element.list: the goods of these documents."""
    return _rows(
        call, call.portal.tables.setdefault("store_document_item", Table(key="id")), "documentElements"
    )


def _goods(call: Call, kind: str) -> Listing:
    select, wanted = as_list(call.get("select")), as_map(call.get("filter"))
    if not {"id", "iblockId"} <= set(select):
        raise Refusal(0, "Required select fields: id, iblockId")
    if wanted.get("iblockId", wanted.get("=iblockId")) is None:
        raise Refusal(0, "Required filter fields: iblockId")
    return _rows(call, call.portal.tables.setdefault(f"catalog_{kind}", Table(key="id")), KINDS[kind])


def _rows(call: Call, table: Table, wrap: str) -> Listing:
    if not call.portal.has_right(call.user, "catalog_read"):
        raise CLOSED
    asked: dict[str, Any] = {
        "filter": call.get("filter"),
        "order": call.get("order"),
        "select": call.get("select"),
    }
    return list_rows(table, start=call.start(), wrap=wrap, **asked)
