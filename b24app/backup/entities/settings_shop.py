"""Settings of the shop: money, prices, stores, catalogue, pay systems, delivery, cash registers, orders. Pure."""

from collections.abc import Iterator
from typing import Any

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier
from b24app.text.messages import N_

DELIVERY_FIELDS = ("ID", "PARENT_ID", "NAME", "ACTIVE", "DESCRIPTION", "CURRENCY", "SORT")
NOT_SYSTEM = N_(
    "Only what an application's handler made can be created again; of others, name and activity come back."
)
OF_APPLICATION = N_("A handler belongs to the application that brought it: a person installs that one again.")
KEYS = N_("Keys and passwords are not kept, only whether they changed: a person enters them again.")


def entities(shape: PortalShape) -> Iterator[Entity]:
    """The settings of the shop in the order in which they would be put back."""
    yield _of(
        "currency",
        N_("Currencies"),
        "crm.currency.list",
        "crm",
        id="CURRENCY",
        drops=frozenset({"DATE_UPDATE"}),
    )
    yield from _money()
    yield from _catalogue(shape)
    yield from _orders()
    yield from _pay_systems()
    yield from _deliveries()


def _of(code: str, title: str, method: str, scope: str, **more: Any) -> Entity:
    return Entity(code, title, Tier.SETTINGS, method, scope, **more)


def _money() -> Iterator[Entity]:
    of_price = {"catalogGroupId": "price_type"}
    yield _of("vat", N_("VAT rates"), "catalog.vat.list", "catalog")
    yield _of("measure", N_("Units of measure"), "catalog.measure.list", "catalog")
    yield _of("price_type", N_("Price types"), "catalog.priceType.list", "catalog")
    yield _of(
        "price_type_group",
        N_("Who sees a price type"),
        "catalog.priceTypeGroup.list",
        "catalog",
        parts=of_price,
    )
    yield _of(
        "rounding_rule", N_("Rounding of prices"), "catalog.roundingRule.list", "catalog", parts=of_price
    )
    yield _of("store", N_("Stores"), "catalog.store.list", "catalog")


def _catalogue(shape: PortalShape) -> Iterator[Entity]:
    yield _of("catalogue", N_("Catalogues"), "catalog.catalog.list", "catalog", back=Back.NONE)
    for iblock in shape.catalogues:
        yield _of(
            f"catalogue_section_{iblock}", N_("Sections of the catalogue"), "catalog.section.list", "catalog",
            params={"filter": {"iblockId": iblock}}, parts={"iblockSectionId": f"catalogue_section_{iblock}"},
        )  # fmt: skip
    yield _of("product_property", N_("Properties of products"), "catalog.productProperty.list", "catalog")
    yield _of(
        "product_property_enum", N_("Values of properties"), "catalog.productPropertyEnum.list", "catalog",
        parts={"propertyId": "product_property"},
    )  # fmt: skip


def _orders() -> Iterator[Entity]:
    yield _of("person_type", N_("Payer types"), "sale.persontype.list", "sale")
    yield _of(
        "person_domain", N_("Payers: person or company"), "sale.businessValuePersonDomain.list", "sale",
        id="personTypeId", parts={"personTypeId": "person_type"},
    )  # fmt: skip
    yield _of("order_status", N_("Order statuses"), "sale.status.list", "sale")
    yield _of(
        "order_status_name", N_("Names of order statuses"), "sale.statusLang.list", "sale", id="statusId"
    )
    group = {"personTypeId": "person_type"}
    yield _of(
        "order_property_group",
        N_("Groups of order properties"),
        "sale.propertygroup.list",
        "sale",
        parts=group,
    )
    yield _of(
        "order_property", N_("Order properties"), "sale.property.list", "sale",
        parts={**group, "propsGroupId": "order_property_group"},
    )  # fmt: skip
    yield _of(
        "order_property_variant", N_("Values of order properties"), "sale.propertyvariant.list", "sale",
        parts={"orderPropsId": "order_property"},
    )  # fmt: skip
    yield _of(
        "order_property_relation", N_("Where order properties apply"), "sale.propertyRelation.list", "sale",
        id="propertyId", parts={"propertyId": "order_property", "entityId?entityType=P": "pay_system", "entityId?entityType=D": "delivery"},
    )  # fmt: skip


def _pay_systems() -> Iterator[Entity]:
    yield _of(
        "pay_handler",
        N_("Handlers of pay systems"),
        "sale.paysystem.handler.list",
        "pay_system",
        id="ID",
        back=Back.GUIDED,
        note=OF_APPLICATION,
    )
    yield _of(
        "pay_system", N_("Pay systems"), "sale.paysystem.list", "pay_system",
        id="ID", note=NOT_SYSTEM, parts={"PERSON_TYPE_ID": "person_type"},
    )  # fmt: skip
    yield _of(
        "pay_system_settings", N_("Settings of pay systems"), "sale.paysystem.settings.get", "pay_system",
        params={"PERSON_TYPE_ID": 0}, per_item=PerItem("pay_system", {"ID": "{id}"}),
        back=Back.GUIDED, note=KEYS, secrets=frozenset({"values"}),
    )  # fmt: skip
    yield _of(
        "cash_handler",
        N_("Handlers of cash registers"),
        "sale.cashbox.handler.list",
        "cashbox",
        id="ID",
        back=Back.GUIDED,
        note=OF_APPLICATION,
    )
    yield _of(
        "cash_register", N_("Cash registers"), "sale.cashbox.list", "cashbox", id="ID", note=NOT_SYSTEM,
        drops=frozenset({"DATE_LAST_CHECK", "DATE_CREATE", "ENABLED"}),
    )  # fmt: skip


def _deliveries() -> Iterator[Entity]:
    yield _of(
        "delivery_handler",
        N_("Handlers of delivery"),
        "sale.delivery.handler.list",
        "delivery",
        id="ID",
        back=Back.GUIDED,
        note=OF_APPLICATION,
    )
    yield _of(
        "delivery", N_("Delivery services"), "sale.delivery.getlist", "delivery",
        params={"SELECT": list(DELIVERY_FIELDS)}, id="ID", note=NOT_SYSTEM, parts={"PARENT_ID": "delivery"},
    )  # fmt: skip
    yield _of(
        "delivery_settings", N_("Settings of delivery services"), "sale.delivery.config.get", "delivery",
        per_item=PerItem("delivery", {"ID": "{id}"}), id="CODE", back=Back.GUIDED, note=KEYS, secrets=frozenset({"VALUE"}),
    )  # fmt: skip
    yield _of(
        "delivery_extra", N_("Extra services of delivery"), "sale.delivery.extra.service.get", "delivery",
        per_item=PerItem("delivery", {"DELIVERY_ID": "{id}"}), id="ID", parts={"_owner": "delivery"},
    )  # fmt: skip
