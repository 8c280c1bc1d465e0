"""Which events of a portal report deletions, and what each names. Pure.

Sources: crm/*/events, crm/universal/events, crm/universal/userfieldconfig/events, catalog/product/events,
tasks/events-tasks/on-task-delete.md, sale/events/on-order-deleted.md. No event reports the deletion of a pipeline.
"""

from collections.abc import Mapping

from b24app.backup.proofs.watched_kinds import CRM_KINDS
from b24app.json_values import Json, JsonObject, is_object

CRM_EVENTS: Mapping[str, str] = {
    "ONCRMLEADDELETE": "lead",
    "ONCRMDEALDELETE": "deal",
    "ONCRMCONTACTDELETE": "contact",
    "ONCRMCOMPANYDELETE": "company",
    "ONCRMQUOTEDELETE": "quote",
    "ONCRMDYNAMICITEMDELETE": "",
}
"""The kind that each event reports; the one of smart processes and invoices names the type beside the id."""
GOODS_EVENT, TASK_EVENT, ORDER_EVENT = "CATALOG.PRODUCT.ON.DELETE", "ONTASKDELETE", "ONORDERDELETED"
GOODS: Mapping[int, str] = {1: "product", 3: "sku", 4: "offer", 5: "offer", 6: "sku", 7: "service"}
"""The kind of goods by the type that the event names (catalog-product-on-delete.md)."""
SETTING_EVENTS = frozenset(
    {"ONCRMTYPEDELETE", "ONCRMTYPEUSERFIELDDELETE"}
    | {f"ONCRM{kind}USERFIELDDELETE" for kind in ("LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE")}
)
"""A smart process or a field is deleted with all its contents: the portal's counts are looked at."""
EVENTS = frozenset({*CRM_EVENTS, GOODS_EVENT, TASK_EVENT, ORDER_EVENT, *SETTING_EVENTS})


def named_item(event: str, data: Json) -> tuple[str, int] | None:
    """The kind and the id of the item that an event reports; None for kinds that we do not watch."""
    given = data if is_object(data) else {}
    fields = given.get("FIELDS_BEFORE" if event == TASK_EVENT else "FIELDS")
    if not is_object(fields):
        return None
    entity, item_id = _kind(event, fields), whole_number(fields.get("ID"))
    return (entity, item_id) if entity and item_id else None


def _kind(event: str, fields: JsonObject) -> str:
    if event == GOODS_EVENT:
        return GOODS.get(whole_number(fields.get("TYPE")), "")
    if event == "ONCRMDYNAMICITEMDELETE":
        number = whole_number(fields.get("ENTITY_TYPE_ID"))
        return "invoice" if number == CRM_KINDS["invoice"] else f"item_{number}" if number else ""
    return {**CRM_EVENTS, TASK_EVENT: "task", ORDER_EVENT: "order"}.get(event, "")


def whole_number(value: Json) -> int:
    """A positive number that may be written as a text; zero for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) < 16 else 0
