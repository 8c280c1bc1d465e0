"""Deals and invoices that orders were bound to: which of them are there now, and the binding of orders made anew."""

from collections.abc import Collection, Mapping

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.item_look import EarlierItems, rows_of
from b24app.backup.restore.data.item_types import DEAL, INVOICE, entity_of_type
from b24app.backup.restore.data.line_mark import digest_of
from b24app.backup.restore.data.present_items import present_items
from b24app.backup.restore.refusals import CLOSED, UNTOLD, has_no_shop
from b24app.json_values import JsonObject
from b24app.rest_client import Command, Outcome, RestClient

COPIED = "order_binding"
OWNERS = {entity_of_type(one): one for one in (DEAL, INVOICE)}
"""Orders are bound to deals and invoices alone (crm-order-entity-add.md)."""
Owner = tuple[str, str]
"""An item by entity and number; an empty number for one that is not in the portal, or not visible to us."""


def present_owners(
    client: RestClient, items: CopiedItems, earlier: EarlierItems, orders: Collection[str]
) -> dict[str, Owner]:
    """The new owner of each of these orders of the copy, by its former number; orders that were not bound are left out."""
    rows = items.named(COPIED, orders) if orders and items.has(COPIED) else {}
    former = {
        order: (entity_of_type(int(str(row.get("ownerTypeId")))), str(row.get("ownerId")))
        for order, row in rows.items()
    }
    try:
        now = present_items(client, items, earlier, {one for one in former.values() if one[0] in OWNERS})
    except CLOSED:
        now = {}
    return {order: (one[0], now.get(one, "")) for order, one in former.items()}


def bind_orders(client: RestClient, owners: Mapping[str, Owner]) -> Mapping[str, Outcome]:
    """Bind orders, by their present numbers, to present items; returns the outcome for each that was not bound yet."""
    there = read_bindings(client, owners) or {}
    commands = {
        order: Command("crm.orderentity.add", {"fields": _fields(order, owner)}, write=True)
        for order, owner in owners.items()
        if owner[1] and order not in there
    }
    return client.batch(commands) if commands else {}


def read_bindings(client: RestClient, orders: Collection[str]) -> dict[str, JsonObject] | None:
    """The binding of each of these orders that has one; None where the portal does not show them.

    All at once: they have no numbers by which pages could be asked for (crm-order-entity-list.md).
    """
    if not orders:
        return {}
    wanted: JsonObject = {"filter": {"@orderId": sorted(map(int, orders))}, "start": -1}
    outcome = client.batch({"owners": Command("crm.orderentity.list", wanted)})["owners"]
    if isinstance(outcome, UNTOLD):
        return None
    if isinstance(outcome, CLOSED) or has_no_shop(outcome):
        return {}
    return {str(row.get("orderId")): row for row in rows_of(outcome)}


def binding_digest(row: JsonObject) -> str:
    """The digest of a binding."""
    return digest_of(
        [{name: str(row.get(name)) for name in ("ownerTypeId", "ownerId")}], ("ownerTypeId", "ownerId")
    )


def _fields(order: str, owner: Owner) -> JsonObject:
    entity, number = owner
    return {"orderId": int(order), "ownerTypeId": OWNERS[entity], "ownerId": int(number)}
