"""crm.item.*: the universal methods for every CRM object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sandbox.events import fire
from sandbox.methods.crm_files import addressed, has_files, keep_files
from sandbox.methods.refusals import CRM_CLOSED, NO_ITEM, NO_TYPE
from sandbox.portal import Portal
from sandbox.rest.filters import matches, read_filter
from sandbox.rest.list_parameters import (
    as_array,
    as_list,
    as_map,
    as_number,
    camel_keys,
    field_names,
    narrow_by_date,
)
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.deals import Deals
from sandbox.shop.items import blank_item, check_history, check_values, refresh_item
from sandbox.shop.new_orders import table_now
from sandbox.shop.relations import forget_relations
from sandbox.shop.user_fields import fields_of

TABLES = {1: "lead", 2: "deal", 3: "contact", 4: "company", 7: "quote", 31: "invoice", 177: "purchase"}
INTRANET_ONLY = Refusal(
    "allowed_only_intranet_user", "Действие разрешено только интранет-пользователям", status=403
)
NO_VIEW = Refusal("ACCESS_DENIED", "У Вас нет прав на просмотр этого элемента")
BATCH_LIMIT = 20
EVENT_NAMES = {1: "LEAD", 2: "DEAL", 3: "CONTACT", 4: "COMPANY", 7: "QUOTE"}


def items_of(call: Call) -> tuple[int, Table]:
    """Return the type and the table of a call, for a person who may use the CRM."""
    if call.user.user_type != "employee":
        raise INTRANET_ONLY
    kind = as_number(call.get("entityTypeId"))
    smart = any(row["entityTypeId"] == kind for row in call.portal.tables["crm_type"])
    if kind > 127 and smart:
        return kind, smart_items(call.portal, kind)
    if kind not in TABLES or kind > 127:
        raise NO_TYPE
    return kind, table_now(call.portal, TABLES[kind])


def smart_items(portal: Portal, kind: int) -> Table:
    """Return the items of a smart process; one that was made by REST has none yet."""
    if kind in TABLES:
        return table_now(portal, TABLES[kind])
    return portal.tables.setdefault(f"items_{kind}", Table(key="id"))


def allowed(call: Call, right: str) -> bool:
    """Return whether a person has a right in the CRM: crm_read, crm_write, crm_import, crm_delete."""
    return call.portal.has_right(call.user, right)


@method("crm.item.list", scope="crm")
def list_items(call: Call) -> Listing:
    """crm.item.list: what the caller may not read is left out without an error."""
    kind, table = items_of(call)
    plain, groups = _split_logic(_short_names(camel_keys(as_array(call.get("filter")))))
    _demand_fields(call, kind, plain)
    hidden = not allowed(call, "crm_read")
    select = [short_name(str(name)) for name in as_list(call.get("select"))]
    listing = list_rows(
        table,
        filter=narrow_by_date(table, plain, "createdTime"),
        order=_short_names(camel_keys(call.get("order"))),
        select=select,
        start=call.start(),
        wrap="items",
        always=("id",),
        where=(lambda _: False) if hidden else _every(groups),
        likely=_likely(call.portal.extra["deals"], table, plain) if TABLES.get(kind) == "deal" else None,
    )
    if "*" not in select:
        for row in listing.rows:
            row.pop("fm", None)
    rows = [addressed(call, kind, row) for row in listing.rows] if has_files(call.portal) else listing.rows
    return replace(listing, rows=_all_named(call, rows))


@method("crm.item.get", scope="crm")
def show_item(call: Call) -> Any:
    """crm.item.get."""
    kind, table = items_of(call)
    return {"item": _named(call, addressed(call, kind, _found(call, table)))}


@method("crm.item.add", scope="crm")
def add_item(call: Call) -> Any:
    """crm.item.add."""
    kind, table = items_of(call)
    if not allowed(call, "crm_write"):
        raise CRM_CLOSED
    return {"item": _named(call, _create(call, kind, table, as_map(call.get("fields"))))}


@method("crm.item.update", scope="crm")
def change_item(call: Call) -> Any:
    """crm.item.update."""
    kind, table = items_of(call)
    row = _found(call, table)
    if not allowed(call, "crm_write"):
        raise CRM_CLOSED
    fields = keep_files(call, kind, _short_names(as_map(call.get("fields"))))
    check_values(call.portal, fields)
    changed = table.update(row["id"], **refresh_item(call.portal, row, fields, call.user.id))
    _announce(call, kind, "UPDATE", row["id"])
    return {"item": _named(call, changed or row)}


@method("crm.item.delete", scope="crm")
def delete_item(call: Call) -> list[Any]:
    """crm.item.delete: an empty array on success."""
    kind, table = items_of(call)
    row = _found(call, table)
    if not allowed(call, "crm_delete"):
        raise Refusal("ACCESS_DENIED", "Доступ запрещен", status=403)
    table.delete(row["id"])
    forget_relations(call.portal, kind, row["id"])
    _announce(call, kind, "DELETE", row["id"])
    return []


@method("crm.item.import", scope="crm")
def import_item(call: Call) -> Any:
    """crm.item.import: like add, but keeps dates and authors, and answers with the id alone."""
    kind, table = items_of(call)
    if not allowed(call, "crm_import"):
        raise CRM_CLOSED
    return {"item": {"id": _create(call, kind, table, as_map(call.get("fields")), imported=True)["id"]}}


@method("crm.item.batchImport", scope="crm")
def import_items(call: Call) -> Any:
    """crm.item.batchImport: at most twenty, each with its own outcome."""
    kind, table = items_of(call)
    if not allowed(call, "crm_import"):
        raise CRM_CLOSED
    entries = as_list(call.get("data"))
    if len(entries) > BATCH_LIMIT:
        raise Refusal("MAX_IMPORT_BATCH_SIZE_EXCEEDED", "Вы не можете импортировать больше 20 элементов")
    return {"items": [_outcome(call, kind, table, as_map(fields)) for fields in entries]}


def _outcome(call: Call, kind: int, table: Table, fields: dict[str, Any]) -> Row:
    try:
        return {"item": {"id": _create(call, kind, table, fields, imported=True)["id"]}}
    except Refusal as refusal:
        return refusal.body()


def _create(call: Call, kind: int, table: Table, fields: dict[str, Any], *, imported: bool = False) -> Row:
    fields = keep_files(call, kind, _short_names(fields))
    check_values(call.portal, fields)
    if imported:
        newest = table.get(table.ids[-1]) if len(table) else None
        check_history(call.portal.now(), newest, fields, admin=call.portal.has_right(call.user, "admin"))
    row = blank_item(call.portal, kind, call.user.id)
    row |= refresh_item(call.portal, row, fields, call.user.id, imported=imported)
    with call.world.lock:
        row["id"] = table.next_id()
        if not row.get("title") and "title" in row:
            row["title"] = f"#{row['id']}"
        if "quoteNumber" in row:
            row["quoteNumber"] = str(row["id"])
        table.add(row)
    _announce(call, kind, "ADD", row["id"])
    return row


def short_name(name: str) -> str:
    """Write a user field's original name as items do: UF_CRM_1 is ufCrm_1."""
    return name.replace("UF_CRM_", "ufCrm_")


def _short_names(given: Any) -> dict[str, Any]:
    return {short_name(str(name)): value for name, value in as_map(given).items()}


def _named(call: Call, row: Row) -> Row:
    return _all_named(call, [row])[0]


def _all_named(call: Call, rows: Sequence[Row]) -> Sequence[Row]:
    if call.get("useOriginalUfNames") != "Y":
        return rows
    return [{name.replace("ufCrm_", "UF_CRM_"): value for name, value in row.items()} for row in rows]


def _announce(call: Call, kind: int, verb: str, item_id: int) -> None:
    name = EVENT_NAMES.get(kind, "DYNAMICITEM")
    fields = {"ID": item_id} if kind in EVENT_NAMES else {"ID": item_id, "ENTITY_TYPE_ID": kind}
    fire(call.portal, f"ONCRM{name}{verb}", {"FIELDS": fields}, user=call.user)


def _found(call: Call, table: Table) -> Row:
    row = table.get(call.get("id"))
    if row is None:
        raise NO_ITEM
    if not allowed(call, "crm_read"):
        raise NO_VIEW
    return row


def _split_logic(given: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Separate plain conditions from numbered groups with a `logic`."""
    plain = {name: value for name, value in given.items() if not str(name).isdigit()}
    return plain, [as_array(value) for name, value in given.items() if str(name).isdigit()]


def _every(groups: list[dict[str, Any]]) -> Callable[[Row], bool] | None:
    if not groups:
        return None
    return lambda row: all(_answers(row, group) for group in groups)


def _answers(row: Row, group: dict[str, Any]) -> bool:
    parts = [value for name, value in group.items() if str(name).isdigit()]
    outcomes = [_answers(row, as_array(part)) for part in parts]
    plain = read_filter({name: v for name, v in group.items() if not str(name).isdigit() and name != "logic"})
    outcomes += [matches(row, [condition]) for condition in plain]
    return any(outcomes) if str(group.get("logic", "AND")).upper() == "OR" else all(outcomes)


def _likely(deals: Deals, table: Table, plain: dict[str, Any]) -> Callable[[Any], bool] | None:
    """Skip deals of another origin without building them: the origin follows from the number."""
    origin = plain.get("originatorId")
    if not isinstance(origin, str) or not origin:
        return None
    return lambda deal_id: table.changed(deal_id) or deals.market_of(deal_id).casefold() == origin.casefold()


def _demand_fields(call: Call, kind: int, plain: dict[str, Any]) -> None:
    known = {*call.portal.extra["blank"][kind], *fields_of(call.portal, kind), "ufCrm_1700000003"}
    for part, names in (
        ("filter", field_names(plain)),
        ("order", field_names(camel_keys(call.get("order")))),
    ):
        for name in names:
            if name not in known:
                raise Refusal("INVALID_ARG_VALUE", f"Invalid {part}: field '{name}' is not allowed in {part}")
    for name, way in as_map(call.get("order")).items():
        if str(way).upper() not in ("ASC", "DESC"):
            text = f"allowed sort directions are ASC, DESC. But got '{way}' for field '{name}'"
            raise Refusal("INVALID_ARG_VALUE", f"Invalid order: {text}")
