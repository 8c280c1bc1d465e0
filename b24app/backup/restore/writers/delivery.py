"""Delivery services: switched on and named again; only those of an application's handler can be made (sale.delivery.*)."""

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, flat, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.json_values import JsonObject
from b24app.text.messages import N_, Sentence, sentence

SELECT = ["ID", "PARENT_ID", "NAME", "ACTIVE", "DESCRIPTION", "CURRENCY", "SORT"]
NOT_OF_APPLICATION = N_(
    "Applications may create delivery services of their own handlers only; this one is connected by a person, with its keys."
)
CONNECT = N_("Open “Delivery services” and add “%(name)s” with its settings")
SWITCH_ON = N_("Open the delivery service “%(name)s” and switch it on")


def no_create(_row: JsonObject, _look: PortalLook) -> Sentence:
    """A creation needs REST_CODE (sale-delivery-add.md), which no list of services returns."""
    return sentence(NOT_OF_APPLICATION)


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(SWITCH_ON if choice.only else CONNECT, name=choice.name),)


WRITER = ListedWriter(
    kind="delivery",
    title=N_("Delivery service"),
    place=61,
    entity="delivery",
    lines=("delivery",),
    list_method="sale.delivery.getlist",
    list_params={"SELECT": SELECT},
    id="ID",
    fields={
        "NAME": N_("name"),
        "ACTIVE": N_("switched on"),
        "DESCRIPTION": N_("description"),
        "CURRENCY": N_("currency"),
        "SORT": N_("place in the order"),
    },
    same=("NAME",),
    create=WritingMethod("sale.delivery.add", flat()),
    change=WritingMethod("sale.delivery.update", flat("ID")),
    remove=WritingMethod("sale.delivery.delete", only_id("ID")),
    from_line={"name": "NAME", "parent": "PARENT_ID"},
    switch="ACTIVE",
    no_create=no_create,
    steps=steps,
    link="/shop/settings/sale_delivery_service_list/",
)
