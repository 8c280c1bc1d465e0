"""Payer types (sale.persontype.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import counted, of_payer
from b24app.json_values import JsonObject
from b24app.text.messages import N_


def key_of(row: JsonObject) -> str:
    """The number, or the code where there is none, as the comparison has it."""
    return str(row.get("id") or row.get("code") or "")


WRITER = ListedWriter(
    kind="person_type",
    title=N_("Payer type"),
    place=13,
    entity="person_type",
    lines=("person_type",),
    list_method="sale.persontype.list",
    id="id",
    fields={
        "name": N_("name"),
        "active": N_("switched on"),
        "sort": N_("place in the order"),
        "code": N_("code"),
        "xmlId": N_("external code"),
    },
    same=("name",),
    create=WritingMethod("sale.persontype.add", in_fields()),
    change=WritingMethod("sale.persontype.update", by_id()),
    remove=WritingMethod("sale.persontype.delete", only_id()),
    used=counted(of_payer),
    always=("name",),
    from_line={"name": "name"},
    switch="active",
    result=("personType", "id"),
    key_of=key_of,
    link="/shop/settings/sale_person_type/",
)
