"""Fields of the checkout: order properties (sale.property.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NN_, NOTHING, Sentence

FILLED = NN_("%(count)s order has a value in it", "%(count)s orders have a value in it")


def key_of(row: JsonObject) -> str:
    """The number, as the comparison has it."""
    return f"field:{row.get('id', '')}"


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many orders have a value of a field."""
    params: JsonObject = {"filter": {"orderPropsId": row.get("id")}, "select": ["id"]}
    count = look.total("sale.propertyvalue.list", params)
    return Sentence(*FILLED, {"count": count}) if count else NOTHING


WRITER = ListedWriter(
    kind="checkout_field",
    title=N_("Field of the checkout"),
    place=42,
    entity="order_property",
    lines=("checkout_field",),
    list_method="sale.property.list",
    id="id",
    fields={
        "name": N_("name"),
        "required": N_("required"),
        "active": N_("switched on"),
        "sort": N_("place in the order"),
        "description": N_("description"),
        "multiple": N_("multiple values"),
        "code": N_("code"),
        "userProps": N_("in the buyer's profile"),
        "util": N_("for the staff alone"),
        "isFiltered": N_("in the filter"),
        "xmlId": N_("external code"),
    },
    same=("name", "personTypeId", "type"),
    fixed=("propsGroupId",),
    create=WritingMethod("sale.property.add", in_fields()),
    change=WritingMethod("sale.property.update", by_id()),
    remove=WritingMethod("sale.property.delete", only_id()),
    from_line={"name": "name", "required": "required", "type": "type"},
    values={"required": {"yes": "Y", "no": "N"}},
    switch="active",
    used=used,
    lost_too=N_("What orders had in it does not come back with it."),
    result=("property", "id"),
    key_of=key_of,
    link="/shop/orderform/",
)
