"""Order and delivery statuses under their own code (sale.status.*); a name for each language follows it."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NN_, NOTHING, Sentence

ORDERS = NN_("%(count)s order stands in it", "%(count)s orders stand in it")


def key_of(row: JsonObject) -> str:
    """Type and code."""
    return f"{row.get('type', '')}:{row.get('id', '')}"


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many orders, or shipments, are in a status."""
    method = "sale.order.list" if row.get("type") == "O" else "sale.shipment.list"
    count = look.total(method, {"filter": {"statusId": row.get("id")}, "select": ["id"]})
    return Sentence(*ORDERS, {"count": count}) if count else NOTHING


WRITER = ListedWriter(
    kind="order_status",
    title=N_("Order status"),
    moves=False,
    place=40,
    entity="order_status",
    lines=("order_status",),
    list_method="sale.status.list",
    id="id",
    fields={
        "notify": N_("letter to the buyer"),
        "sort": N_("place in the order"),
        "color": N_("colour"),
        "xmlId": N_("external code"),
    },
    same=("id", "type"),
    create=WritingMethod("sale.status.add", in_fields()),
    change=WritingMethod("sale.status.update", by_id()),
    remove=WritingMethod("sale.status.delete", only_id()),
    always=("type",),
    from_line={"type": "type"},
    used=used,
    result=("status", "id"),
    key_of=key_of,
)
