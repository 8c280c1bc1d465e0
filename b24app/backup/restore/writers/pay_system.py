"""Pay systems: switched on and named again; only those of an application's handler can be made (sale.paysystem.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.setting_uses import counted, of_pay_system
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NOTHING, Sentence, sentence

HANDLER_GONE = N_(
    "Its handler is not in the portal: install the application that brought it, then try again."
)
NOT_OF_APPLICATION = N_(
    "Applications may create pay systems of their own handlers only; this one is connected by a person, with its keys."
)
CONNECT = N_("Open “Payment systems” and connect “%(name)s” with the keys of the provider")
SWITCH_ON = N_("Open the pay system “%(name)s” and switch it on")


def no_create(row: JsonObject, look: PortalLook) -> Sentence:
    """sale.paysystem.add takes BX_REST_HANDLER alone (sale-pay-system-add.md)."""
    handler = str(row.get("ACTION_FILE", ""))
    known = {str(one.get("CODE", "")) for one in look.rows("sale.paysystem.handler.list")}
    if handler in known:
        return NOTHING
    return sentence(HANDLER_GONE if handler.startswith("rest") else NOT_OF_APPLICATION)


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(SWITCH_ON if choice.only else CONNECT, name=choice.name),)


def creation(_id: str, values: JsonObject) -> JsonObject:
    """The parameters of a creation, where the handler has another name."""
    rest = {name: value for name, value in values.items() if name != "ACTION_FILE"}
    return {"BX_REST_HANDLER": values.get("ACTION_FILE"), **rest}


def change(row_id: str, values: JsonObject) -> JsonObject:
    """sale-pay-system-update.md: the values are in FIELDS."""
    return {"ID": row_id, "FIELDS": values}


WRITER = ListedWriter(
    kind="pay_system",
    title=N_("Pay system"),
    place=60,
    entity="pay_system",
    lines=("pay_system",),
    list_method="sale.paysystem.list",
    id="ID",
    fields={"NAME": N_("name"), "ACTIVE": N_("switched on"), "DESCRIPTION": N_("description"), "NEW_WINDOW": N_("in a new window")},
    same=("NAME", "ACTION_FILE", "PERSON_TYPE_ID"),
    fixed=("ENTITY_REGISTRY_TYPE", "XML_ID"),
    create=WritingMethod("sale.paysystem.add", creation),
    change=WritingMethod("sale.paysystem.update", change),
    remove=WritingMethod("sale.paysystem.delete", only_id("ID")),
    used=counted(of_pay_system),
    from_line={"name": "NAME", "handler": "ACTION_FILE", "payer": "PERSON_TYPE_ID", "registry": "ENTITY_REGISTRY_TYPE"},
    switch="ACTIVE",
    no_create=no_create,
    steps=steps,
    link="/shop/settings/sale_pay_system/",
)  # fmt: skip
