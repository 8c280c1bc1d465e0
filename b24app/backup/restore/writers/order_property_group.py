"""Groups of order properties (sale.propertygroup.*): made before the properties in them."""

from collections.abc import Iterator

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.setting_uses import of_settings
from b24app.backup.restore.with_others import with_others
from b24app.backup.restore.writer import Line
from b24app.json_values import JsonObject
from b24app.text.messages import N_, Sentence


class GroupWriter(ListedWriter):
    """A lost field of the checkout needs its group."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The group of a lost field, where it was lost too."""
        fields = [row for row in line.rows("order_property") or () if f"field:{row.get('id')}" == line.key]
        groups = {str(row.get("propsGroupId")) for row in fields}
        yield from with_others(self, line, lambda row: str(row.get("id")) in groups)


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many fields of the checkout are in a group."""
    return of_settings("order_property", ("sale.property.list", {}), "propsGroupId", row.get("id"), look)


WRITER = GroupWriter(
    kind="order_property_group",
    title=N_("Group of order properties"),
    place=14,
    entity="order_property_group",
    lines=("checkout_field",),
    alongside=True,
    list_method="sale.propertygroup.list",
    id="id",
    fields={"name": N_("name"), "sort": N_("place in the order")},
    same=("name", "personTypeId"),
    create=WritingMethod("sale.propertygroup.add", in_fields()),
    change=WritingMethod("sale.propertygroup.update", by_id()),
    remove=WritingMethod("sale.propertygroup.delete", only_id()),
    always=("name", "personTypeId"),
    used=used,
    result=("propertyGroup", "id"),
)
