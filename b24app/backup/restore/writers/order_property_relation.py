"""Relations of order properties with pay systems and deliveries (sale.propertyRelation.*): lost and restored with any of the three."""

from b24app.backup.restore.methods import WritingMethod, in_fields, named_by
from b24app.backup.restore.nameless_writer import BindingWriter
from b24app.backup.restore.writer import Line
from b24app.json_values import JsonObject
from b24app.text.messages import N_

NAMES = ("propertyId", "entityType", "entityId")
OF_LINE = {
    "checkout_field": (frozenset("PDLT"), "propertyId"),
    "pay_system": (frozenset("P"), "entityId"),
    "delivery": (frozenset("D"), "entityId"),
}
"""By kind of the line: the types of relations that name its object, and in which field."""


def belongs(line: Line, row: JsonObject) -> bool:
    """Whether a relation names the object of a line."""
    types, name = OF_LINE[line.kind]
    number = line.key.rpartition(":")[2]
    return str(row.get(name)) == number and row.get("entityType") in types


WRITER = BindingWriter(
    kind="order_property_relation",
    title=N_("Where an order property applies"),
    place=63,
    entity="order_property_relation",
    lines=tuple(OF_LINE),
    belongs=belongs,
    list_method="sale.propertyRelation.list",
    same=NAMES,
    create=WritingMethod("sale.propertyRelation.add", in_fields()),
    remove=WritingMethod("sale.propertyRelation.deleteByFilter", named_by(NAMES)),
)
