"""crm.category.*, crm.status.*, crm.type.*: pipelines, stages, smart processes."""

from __future__ import annotations

from typing import Any

from sandbox.methods.crm_item import allowed
from sandbox.methods.refusals import CRM_CLOSED, CRM_DENIED, NO_ITEM, NO_TYPE
from sandbox.rest.list_parameters import as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.pipelines import DICTIONARIES, Pipeline

WITH_CATEGORIES = {2, 3, 4, 31}
WITHOUT_CATEGORIES = {1: "LEAD", 5: "INVOICE", 7: "QUOTE"}
SEMANTIC_ENDS = {"success": "FINAL_SUCCESS_FIELD", "failure": "FINAL_UNSUCCESS_FIELD"}


@method("crm.category.list", scope="crm")
def list_categories(call: Call) -> Listing:
    """crm.category.list: all pipelines of a type, unpaged."""
    rows = _categories(call)
    return Listing(rows, len(rows), "categories", 0, len(rows) + 1)


@method("crm.category.get", scope="crm")
def show_category(call: Call) -> Any:
    """crm.category.get."""
    found = next((row for row in _categories(call) if row["id"] == as_number(call.get("id"))), None)
    if found is None:
        raise NO_ITEM
    return {"category": found}


def _categories(call: Call) -> list[Row]:
    kind = as_number(call.get("entityTypeId"))
    if kind in WITHOUT_CATEGORIES:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {WITHOUT_CATEGORIES[kind]} is not supported")
    if kind not in WITH_CATEGORIES and not _smart(call, kind):
        raise NO_TYPE
    if not allowed(call, "crm_read"):
        return []
    rows = [row for row in call.portal.tables["category"] if row["entityTypeId"] == kind]
    return sorted(rows, key=lambda row: int(row["sort"]))


def _smart(call: Call, kind: int) -> bool:
    return any(row["entityTypeId"] == kind for row in call.portal.tables["crm_type"])


@method("crm.status.list", scope="crm")
def list_statuses(call: Call) -> Listing:
    """crm.status.list: everything at once, with a total and no pages."""
    if not allowed(call, "crm_read"):
        raise CRM_DENIED
    table = call.portal.tables["status"]
    listing = list_rows(table, filter=call.get("filter"), order=call.get("order"), size=len(table) + 1)
    return Listing(listing.rows, listing.total, None, 0, len(table) + 1)


@method("crm.status.entity.types", scope="crm")
def list_dictionaries(call: Call) -> list[Row]:
    """crm.status.entity.types: dictionaries of every pipeline, in the shapes of crm-status-entity-types.md."""
    statuses = call.portal.tables["status"].all()
    rows: list[Row] = [{"ID": name, "NAME": title} for name, (title, _) in DICTIONARIES.items()]
    for name, title, kind in (("STATUS", "Стадии лида", 1), ("QUOTE_STATUS", "Стадии предложения", 7)):
        if any(row["ENTITY_ID"] == name for row in statuses):
            rows.append(
                {"ID": name, "NAME": title, "SEMANTIC_INFO": _ends(statuses, name), "ENTITY_TYPE_ID": kind}
            )
    alive = {row["id"]: row for row in call.portal.tables["category"]}
    chosen: tuple[Pipeline, ...] = call.portal.extra["pipelines"]
    return rows + [_dictionary(one, alive[one.id], statuses) for one in chosen if one.id in alive]


@method("crm.status.entity.items", scope="crm")
def list_dictionary(call: Call) -> list[Row]:
    """crm.status.entity.items: entries of one dictionary in short."""
    rows = [row for row in call.portal.tables["status"] if row["ENTITY_ID"] == call.get("entityId")]
    return [{"NAME": row["NAME"], "SORT": int(row["SORT"]), "STATUS_ID": row["STATUS_ID"]} for row in rows]


def _dictionary(pipeline: Pipeline, category: Row, statuses: list[Row]) -> Row:
    """Describe the stages of a pipeline by its present name."""
    row: Row = {"ID": pipeline.dictionary, "NAME": pipeline.title.replace(pipeline.name, category["name"])}
    if pipeline.entity_type == 2:
        if pipeline.prefix:
            row["PARENT_ID"] = "DEAL_STAGE"
        row["SEMANTIC_INFO"] = _ends(statuses, pipeline.dictionary)
        if pipeline.prefix:
            row["PREFIX"] = pipeline.prefix
        row["FIELD_ATTRIBUTE_SCOPE"] = f"category_{pipeline.id}" if pipeline.id else ""
        return row | {"ENTITY_TYPE_ID": 2, "CATEGORY_ID": str(pipeline.id) if pipeline.id else 0}
    row |= {
        "SEMANTIC_INFO": [],
        "PREFIX": pipeline.prefix,
        "FIELD_ATTRIBUTE_SCOPE": f"category_{pipeline.id}",
    }
    row |= {"ENTITY_TYPE_ID": pipeline.entity_type, "IS_ENABLED": True, "CATEGORY_ID": pipeline.id}
    if pipeline.entity_type > 127:
        row |= {"CATEGORY_NAME": category["name"], "CATEGORY_SORT": 500, "IS_DEFAULT_CATEGORY": True}
    return row


def _ends(statuses: list[Row], entity: str) -> Row:
    rows = [row for row in statuses if row["ENTITY_ID"] == entity]
    found: Row = {"START_FIELD": rows[0]["STATUS_ID"] if rows else ""}
    for row in rows:
        name = SEMANTIC_ENDS.get(row["EXTRA"]["SEMANTICS"])
        if name:
            found[name] = row["STATUS_ID"]
    return found | {"FINAL_SORT": 0}


@method("crm.type.list", scope="crm", right="crm_admin", denial=CRM_CLOSED)
def list_types(call: Call) -> Listing:
    """crm.type.list: smart processes; needs the administrator of the CRM."""
    return list_rows(
        call.portal.tables["crm_type"],
        filter=call.get("filter"),
        order=call.get("order"),
        start=call.start(),
        wrap="types",
    )


@method("crm.settings.mode.get", scope="crm")
def show_mode(call: Call) -> int:
    """crm.settings.mode.get: 1 is classic with leads, 2 is simple."""
    return 1 if any(row["ENTITY_ID"] == "STATUS" for row in call.portal.tables["status"]) else 2


@method("crm.automation.trigger.list", scope="crm", right="admin", application_only=True)
def list_triggers(call: Call) -> list[Row]:
    """crm.automation.trigger.list: the application's own triggers; ours has none."""
    rows: list[Row] = call.portal.extra.get(f"triggers:{call.card.client_id if call.card else ''}", [])
    return rows
