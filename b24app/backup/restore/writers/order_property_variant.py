"""Values of order properties that are lists (sale.propertyvariant.*): they come with their property."""

from collections.abc import Iterator

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.setting_uses import use_unknown
from b24app.backup.restore.with_others import with_others
from b24app.backup.restore.writer import Line
from b24app.text.messages import N_


class VariantWriter(ListedWriter):
    """A lost field of the checkout comes with its values."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The values of a field that is lost."""
        yield from with_others(self, line, lambda row: f"field:{row.get('orderPropsId')}" == line.key)


WRITER = VariantWriter(
    kind="order_property_variant",
    title=N_("Value of an order property"),
    place=43,
    entity="order_property_variant",
    lines=("checkout_field",),
    alongside=True,
    list_method="sale.propertyvariant.list",
    id="id",
    fields={
        "name": N_("name"),
        "value": N_("code"),
        "sort": N_("place in the order"),
        "description": N_("description"),
    },
    same=("orderPropsId", "value"),
    create=WritingMethod("sale.propertyvariant.add", in_fields()),
    change=WritingMethod("sale.propertyvariant.update", by_id()),
    remove=WritingMethod("sale.propertyvariant.delete", only_id()),
    always=("name", "value"),
    used=use_unknown,
    goes_with_owner=True,
    result=("propertyVariant", "id"),
)
