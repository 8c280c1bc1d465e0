"""Properties of products (catalog.productProperty.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import use_unknown
from b24app.text.messages import N_

WRITER = ListedWriter(
    kind="product_property",
    title=N_("Property of products"),
    place=50,
    entity="product_property",
    lines=(),
    list_method="catalog.productProperty.list",
    id="id",
    fields={
        "name": N_("name"),
        "active": N_("switched on"),
        "sort": N_("place in the order"),
        "code": N_("code"),
        "isRequired": N_("required"),
        "filtrable": N_("in the filter"),
        "searchable": N_("in the search"),
        "hint": N_("hint"),
        "xmlId": N_("external code"),
    },
    same=("iblockId", "name", "propertyType"),
    fixed=("multiple", "listType", "userType", "rowCount", "colCount", "withDescription", "fileType"),
    create=WritingMethod("catalog.productProperty.add", in_fields()),
    change=WritingMethod("catalog.productProperty.update", by_id()),
    remove=WritingMethod("catalog.productProperty.delete", only_id()),
    used=use_unknown,
    lost_too=N_("What goods had in it does not come back with it."),
    always=("iblockId",),
    switch="active",
    result=("productProperty", "id"),
    link="/shop/settings/cat_section_list/",
)
