"""lists.*: universal lists, their fields, sections and elements."""

from __future__ import annotations

from typing import Any

from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.universal_lists import attached_of, elements_of, fields_of, lists_of, sections_of

TYPES = ("lists", "bitrix_processes", "lists_socnet")
CLOSED = Refusal("ACCESS_DENIED", "Access denied")
NOT_FOUND = Refusal("ERROR_IBLOCK_NOT_FOUND", "Iblock not found")


@method("lists.get", scope="lists")
def list_lists(call: Call) -> Listing:
    """lists.get: the lists of one type, those of a workgroup by its number."""
    kind, group = _type(call), str(call.get("SOCNET_GROUP_ID") or "")
    if kind == "lists_socnet" and not group:
        raise CLOSED
    wanted = str(call.get("IBLOCK_ID") or "")
    return list_rows(
        lists_of(call.portal),
        order=call.get("IBLOCK_ORDER"),
        start=call.start(),
        where=lambda row: (
            row["IBLOCK_TYPE_ID"] == kind
            and (row["SOCNET_GROUP_ID"] or "") == group
            and wanted in ("", row["ID"])
        ),
    )


@method("lists.field.get", scope="lists")
def list_fields(call: Call) -> dict[str, Row]:
    """lists.field.get: fields by their names; one that is asked for is under its type (lists-field-get.md)."""
    found, wanted = fields_of(_list(call)), call.get("FIELD_ID")
    if wanted in (None, ""):
        return found
    return {row["TYPE"]: row for name, row in found.items() if name == wanted}


@method("lists.section.get", scope="lists")
def list_sections(call: Call) -> Listing:
    """lists.section.get."""
    return _inside(call, sections_of(call.portal), as_map(call.get("FILTER")), None)


@method("lists.element.get", scope="lists")
def list_elements(call: Call) -> Listing:
    """lists.element.get: one element by its id, or all of a list in pages."""
    wanted = as_map(call.get("FILTER"))
    if call.get("ELEMENT_ID") not in (None, ""):
        wanted |= {"ID": str(call.get("ELEMENT_ID"))}
    return _inside(call, elements_of(call.portal), wanted, call.get("ELEMENT_ORDER"))


@method("lists.element.get.file.url", scope="lists")
def list_file_paths(call: Call) -> list[str]:
    """lists.element.get.file.url: a path for each file of one field; one of Disk names its binding."""
    number = _list(call)
    for name in ("ELEMENT_ID", "FIELD_ID"):
        if call.get(name) in (None, ""):
            raise Refusal("ERROR_REQUIRED_PARAMETERS_MISSING", f"Required parameter `{name}` is missing")
    element, field = str(call.get("ELEMENT_ID")), f"PROPERTY_{call.get('FIELD_ID')}"
    row = elements_of(call.portal).get(element)
    if row is None or row["_list"] != number:
        raise Refusal("ERROR_ELEMENT_NOT_FOUND", "Element not found")
    if fields_of(number).get(field, {}).get("TYPE") == "F":
        values = row.get(field, {}).values()
        return [f"/company/lists/{number}/file/0/{element}/{field}/{one}/?ncc=y&download=y" for one in values]
    bound = (one for one in attached_of(call.portal) if (one["_element"], one["_field"]) == (element, field))
    return [f"/bitrix/tools/disk/uf.php?attachedId={one['ID']}&action=download&ncc=1" for one in bound]


def _inside(call: Call, table: Table, wanted: dict[str, Any], order: Any) -> Listing:
    number = _list(call)
    listing = list_rows(
        table, filter=wanted, order=order, start=call.start(), where=lambda row: row["_list"] == number
    )
    select = [str(name) for name in as_list(call.get("SELECT"))]
    rows = [
        {name: row[name] for name in select or row if name in row and name != "_list"} for row in listing.rows
    ]
    return Listing(rows, listing.total, None, listing.start)


def _type(call: Call) -> str:
    kind = str(call.get("IBLOCK_TYPE_ID") or "")
    if kind not in TYPES:
        raise Refusal("ERROR_REQUIRED_PARAMETERS_MISSING", "Required parameter `IBLOCK_TYPE_ID` is missing")
    return kind


def _list(call: Call) -> int:
    kind = _type(call)
    if call.get("IBLOCK_ID") in (None, ""):
        raise Refusal("ERROR_REQUIRED_PARAMETERS_MISSING", "Required parameter `IBLOCK_ID` is missing")
    row = lists_of(call.portal).get(str(call.get("IBLOCK_ID")))
    if row is None or row["IBLOCK_TYPE_ID"] != kind:
        raise NOT_FOUND
    return as_number(row["ID"])
