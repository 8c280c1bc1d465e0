"""Extra services of a delivery (sale.delivery.extra.service.*): of a delivery that is there, or that comes back too."""

from collections.abc import Sequence
from dataclasses import dataclass

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, flat, only_id
from b24app.backup.restore.setting_uses import use_unknown
from b24app.backup.settings_versions.normalised_rows import OWNER
from b24app.json_values import JsonObject
from b24app.text.messages import N_


@dataclass(frozen=True)
class ExtraServiceWriter(ListedWriter):
    """The portal lists the services of one delivery at a time."""

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:  # noqa: ARG002
        """The services of every delivery, each with its delivery."""
        deliveries = (str(row.get("ID")) for row in look.rows("sale.delivery.getlist", {"SELECT": ["ID"]}))
        return [
            {**row, OWNER: owner}
            for owner in deliveries
            for row in look.rows(self.list_method, {"DELIVERY_ID": owner})
        ]


def creation(_id: str, values: JsonObject) -> JsonObject:
    """sale-delivery-extra-service-add.md: its delivery is called DELIVERY_ID."""
    rest = {name: value for name, value in values.items() if name != OWNER}
    return {"DELIVERY_ID": values.get(OWNER), **rest}


WRITER = ExtraServiceWriter(
    kind="delivery_extra",
    title=N_("Extra service of delivery"),
    place=64,
    entity="delivery_extra",
    lines=(),
    list_method="sale.delivery.extra.service.get",
    id="ID",
    fields={
        "NAME": N_("name"),
        "ACTIVE": N_("switched on"),
        "PRICE": N_("price"),
        "ITEMS": N_("choices"),
        "DESCRIPTION": N_("description"),
        "CODE": N_("code"),
        "SORT": N_("place in the order"),
    },
    same=(OWNER, "NAME", "TYPE"),
    create=WritingMethod("sale.delivery.extra.service.add", creation),
    change=WritingMethod("sale.delivery.extra.service.update", flat("ID")),
    remove=WritingMethod("sale.delivery.extra.service.delete", only_id("ID")),
    used=use_unknown,
    switch="ACTIVE",
    link="/shop/settings/sale_delivery_service_list/",
)
