"""Values of list properties of products (catalog.productPropertyEnum.*), identified by their external code."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import use_unknown
from b24app.text.messages import N_

WRITER = ListedWriter(
    kind="product_property_enum",
    title=N_("Value of a property"),
    place=51,
    entity="product_property_enum",
    lines=(),
    list_method="catalog.productPropertyEnum.list",
    id="id",
    fields={
        "value": N_("value"),
        "def": N_("default"),
        "sort": N_("place in the order"),
    },
    same=("propertyId", "xmlId"),
    create=WritingMethod("catalog.productPropertyEnum.add", in_fields()),
    change=WritingMethod("catalog.productPropertyEnum.update", by_id()),
    remove=WritingMethod("catalog.productPropertyEnum.delete", only_id()),
    used=use_unknown,
    goes_with_owner=True,
    always=("propertyId", "value", "xmlId"),
    result=("productPropertyEnum", "id"),
)
