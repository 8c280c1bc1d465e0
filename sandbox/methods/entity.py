"""entity.*: the application's own stores of records."""

from __future__ import annotations

from typing import Any

from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.formats import iso

LONGEST = 13
ITEM_FIELDS = (
    "NAME",
    "ACTIVE",
    "DATE_ACTIVE_FROM",
    "DATE_ACTIVE_TO",
    "SORT",
    "PREVIEW_TEXT",
    "DETAIL_TEXT",
    "CODE",
    "SECTION",
)


@method("entity.add", scope="entity", application_only=True)
def add_entity(call: Call) -> bool:
    """entity.add: makes a store."""
    code = _code(call)
    if _entity(call, code) is not None:
        raise Refusal("ERROR_ENTITY_ALREADY_EXISTS", "Entity already exists")
    table = call.portal.tables["entity"]
    row = {"ID": str(table.next_id() + 180), "IBLOCK_TYPE_ID": "rest_entity", "ENTITY": code}
    table.add(
        row | {"NAME": str(call.get("NAME") or code), "APP": _app(call), "ACCESS": as_map(call.get("ACCESS"))}
    )
    return True


@method("entity.get", scope="entity", application_only=True)
def show_entity(call: Call) -> Any:
    """entity.get: one store, or all of the application."""
    if call.get("ENTITY") in (None, ""):
        return [_shown(row) for row in call.portal.tables["entity"] if row["APP"] == _app(call)]
    return _shown(_known(call))


@method("entity.delete", scope="entity", application_only=True)
def delete_entity(call: Call) -> bool:
    """entity.delete: with everything in it."""
    row = _known(call)
    items = call.portal.tables["entity_item"]
    for item in items.all():
        if (item["ENTITY"], item["APP"]) == (row["ENTITY"], row["APP"]):
            items.delete(item["ID"])
    return call.portal.tables["entity"].delete(row["ID"])


@method("entity.item.add", scope="entity", application_only=True)
def add_record(call: Call) -> int:
    """entity.item.add."""
    entity = _known(call)
    if not call.get("NAME"):
        raise Refusal("ERROR_ARGUMENT", "Argument 'NAME' is null or empty")
    table, now = call.portal.tables["entity_item"], iso(call.portal.now())
    row: Row = {
        "ID": str(table.next_id()),
        "TIMESTAMP_X": now,
        "MODIFIED_BY": str(call.user.id),
        "DATE_CREATE": now,
    }
    row |= {
        "CREATED_BY": str(call.user.id),
        "ACTIVE": "Y",
        "DATE_ACTIVE_FROM": "",
        "DATE_ACTIVE_TO": "",
        "SORT": "500",
    }
    row |= dict.fromkeys(("NAME", "PREVIEW_PICTURE", "PREVIEW_TEXT", "DETAIL_PICTURE", "DETAIL_TEXT", "CODE"))
    row |= {"ENTITY": entity["ENTITY"], "SECTION": None, "APP": entity["APP"], "PROPERTY_VALUES": {}}
    return int(table.add(row | _given(call))["ID"])


@method("entity.item.update", scope="entity", application_only=True)
def change_record(call: Call) -> bool:
    """entity.item.update."""
    row = _record(call)
    changes = _given(call) | {"TIMESTAMP_X": iso(call.portal.now()), "MODIFIED_BY": str(call.user.id)}
    call.portal.tables["entity_item"].update(row["ID"], **changes)
    return True


@method("entity.item.get", scope="entity", application_only=True)
def list_records(call: Call) -> Listing:
    """entity.item.get: records of a store."""
    entity = _known(call)
    own = {"ENTITY": entity["ENTITY"], "APP": entity["APP"]}
    listing = list_rows(
        call.portal.tables["entity_item"],
        filter=as_map(call.get("FILTER")) | own,
        order=call.get("SORT"),
        start=call.start(),
    )
    rows = [
        {k: v for k, v in row.items() if k != "APP" and (k != "PROPERTY_VALUES" or v)} for row in listing.rows
    ]
    return Listing(rows, listing.total, None, listing.start)


@method("entity.item.delete", scope="entity", application_only=True)
def delete_record(call: Call) -> bool:
    """entity.item.delete."""
    return call.portal.tables["entity_item"].delete(_record(call)["ID"])


def _app(call: Call) -> str:
    return call.card.client_id if call.card else ""


def _code(call: Call) -> str:
    code = str(call.get("ENTITY") or "")
    if not code:
        raise Refusal("ERROR_ARGUMENT", "Argument 'ENTITY' is null or empty", extra={"argument": "ENTITY"})
    if len(code) > LONGEST:
        raise Refusal("ERROR_ARGUMENT", f"Entity code is too long. Max length is {LONGEST} characters.")
    return code


def _entity(call: Call, code: str) -> Row | None:
    own = (row for row in call.portal.tables["entity"] if row["APP"] == _app(call))
    return next((row for row in own if row["ENTITY"] == code), None)


def _known(call: Call) -> Row:
    row = _entity(call, _code(call))
    if row is None:
        raise Refusal("ERROR_ENTITY_NOT_FOUND", "Entity not found")
    return row


def _record(call: Call) -> Row:
    entity = _known(call)
    if not call.get("ID"):
        raise Refusal("ERROR_ARGUMENT", "Argument 'ID' is null or empty", extra={"argument": "ID"})
    row = call.portal.tables["entity_item"].get(call.get("ID"))
    if row is None or (row["ENTITY"], row["APP"]) != (entity["ENTITY"], entity["APP"]):
        raise Refusal("ERROR_ITEM_NOT_FOUND", "Item not found")
    return row


def _given(call: Call) -> Row:
    given = {name: call.get(name) for name in ITEM_FIELDS if call.get(name) is not None}
    values = call.get("PROPERTY_VALUES")
    return given | ({"PROPERTY_VALUES": as_map(values) or as_list(values)} if values is not None else {})


def _shown(row: Row) -> Row:
    return {name: row[name] for name in ("ID", "IBLOCK_TYPE_ID", "ENTITY", "NAME")}
