"""Cash registers: switched on again; only those of an application's handler can be changed (sale.cashbox.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.json_values import JsonObject
from b24app.text.messages import N_, Sentence, sentence

NOT_OF_APPLICATION = N_(
    "Applications may create cash registers of their own handlers only; this one is connected by a person."
)
CONNECT = N_("Open “Cash registers” and connect “%(name)s” again")
SWITCH_ON = N_("Open the cash register “%(name)s” and switch it on")


def no_create(_row: JsonObject, _look: PortalLook) -> Sentence:
    """A creation needs REST_CODE (sale-cashbox-add.md), which no list of registers returns."""
    return sentence(NOT_OF_APPLICATION)


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(SWITCH_ON if choice.only else CONNECT, name=choice.name),)


def change(row_id: str, values: JsonObject) -> JsonObject:
    """sale-cashbox-update.md: the values are in FIELDS."""
    return {"ID": row_id, "FIELDS": values}


WRITER = ListedWriter(
    kind="cash_register",
    title=N_("Cash register"),
    place=62,
    entity="cash_register",
    lines=("cash_register",),
    list_method="sale.cashbox.list",
    id="ID",
    fields={
        "NAME": N_("name"),
        "ACTIVE": N_("switched on"),
        "OFD": N_("fiscal data operator"),
        "USE_OFFLINE": N_("works offline"),
        "SORT": N_("place in the order"),
    },
    same=("NAME",),
    create=WritingMethod("sale.cashbox.add", lambda _id, values: dict(values)),
    change=WritingMethod("sale.cashbox.update", change),
    remove=WritingMethod("sale.cashbox.delete", only_id("ID")),
    from_line={"ofd": "OFD", "offline": "USE_OFFLINE", "enabled": "ENABLED"},
    values={"USE_OFFLINE": {"yes": "Y", "no": "N"}},
    switch="ACTIVE",
    no_create=no_create,
    steps=steps,
    link="/shop/settings/sale_cashbox_list/",
)
