"""Which groups of buyers see a price type, and which buy by it (catalog.priceTypeGroup.*)."""

from collections.abc import Iterator

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, in_fields, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.with_others import with_others
from b24app.backup.restore.writer import Line
from b24app.text.messages import N_


class AccessWriter(ListedWriter):
    """A lost price type comes back with those who might see it and buy by it."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The access to a lost price type."""
        yield from with_others(self, line, lambda row: str(row.get("catalogGroupId")) == line.key)


WRITER = AccessWriter(
    kind="price_type_group",
    title=N_("Who sees a price type"),
    place=23,
    entity="price_type_group",
    lines=("price_type",),
    alongside=True,
    list_method="catalog.priceTypeGroup.list",
    id="id",
    fields={"groupId": N_("group of buyers"), "access": N_("may buy by it, not see it alone")},
    same=("catalogGroupId", "groupId", "access"),
    create=WritingMethod("catalog.priceTypeGroup.add", in_fields()),
    remove=WritingMethod("catalog.priceTypeGroup.delete", only_id()),
    result=("priceTypeGroup", "id"),
    link="/shop/settings/cat_group_admin/",
)
