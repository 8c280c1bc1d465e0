"""VAT rates (catalog.vat.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import counted, of_vat
from b24app.text.messages import N_

WRITER = ListedWriter(
    kind="vat",
    title=N_("VAT rate"),
    place=11,
    entity="vat",
    lines=("vat",),
    list_method="catalog.vat.list",
    id="id",
    fields={
        "name": N_("name"),
        "rate": N_("per cent"),
        "active": N_("switched on"),
        "sort": N_("place in the order"),
    },
    same=("name", "rate"),
    create=WritingMethod("catalog.vat.add", in_fields()),
    change=WritingMethod("catalog.vat.update", by_id()),
    remove=WritingMethod("catalog.vat.delete", only_id()),
    used=counted(of_vat),
    always=("name", "rate"),
    from_line={"name": "name", "rate": "rate"},
    switch="active",
    result=("vat", "id"),
    link="/shop/settings/cat_vat_admin/",
)
