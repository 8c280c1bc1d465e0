"""Lists of settings that people seldom look at: catalogue, orders, requisites, documents, groups (sandbox/shop/further_settings.py)."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions
from sandbox.methods.crm_item import allowed
from sandbox.methods.refusals import CRM_DENIED, SALE_DENIED
from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.card_views import card_layout
from sandbox.shop.further_settings import settings_table

SECTIONS_CLOSED = Refusal(200040300030, "Access Denied")
PROPERTIES_CLOSED = Refusal("0", "Access Denied")
PRESETS_CLOSED = Refusal(0, "Access denied.")
NO_DOCUMENTS = Refusal("", "You do not have permissions to modify templates")


def _listed(call: Call, table: str, wrap: str | None, **more: Any) -> Listing:
    params = {name: call.get(name) for name in ("filter", "order", "select")} | more
    return list_rows(settings_table(call.portal, table), start=call.start(), wrap=wrap, **params)


@method("catalog.measure.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_measures(call: Call) -> Listing:
    """catalog.measure.list: units of measure."""
    return _listed(call, "measure", "measures")


@method("catalog.roundingRule.list", scope="catalog", right="admin", denial=SALE_DENIED)
def list_rounding(call: Call) -> Listing:
    """catalog.roundingRule.list: how prices are rounded."""
    return _listed(call, "rounding_rule", "roundingRules")


@method("catalog.priceTypeGroup.list", scope="catalog", right="catalog_read", denial=SALE_DENIED)
def list_price_groups(call: Call) -> Listing:
    """catalog.priceTypeGroup.list: who sees a price and who buys by it."""
    return _listed(call, "price_type_group", "priceTypeGroups")


@method("catalog.section.list", scope="catalog", right="catalog_read", denial=SECTIONS_CLOSED)
def list_sections(call: Call) -> Listing:
    """catalog.section.list: the filter must name the catalogue."""
    if not any(str(name).strip("=@") == "iblockId" for name in as_map(call.get("filter"))):
        raise Refusal(0, "Required filter fields: iblockId")
    return _listed(call, "section", "sections")


@method("catalog.productProperty.list", scope="catalog", right="catalog_read", denial=PROPERTIES_CLOSED)
def list_properties(call: Call) -> Listing:
    """catalog.productProperty.list: properties of all catalogues."""
    return _listed(call, "product_property", "productProperties")


@method("catalog.productPropertyEnum.list", scope="catalog", right="catalog_read", denial=PROPERTIES_CLOSED)
def list_property_values(call: Call) -> Listing:
    """catalog.productPropertyEnum.list: values of properties that are lists."""
    return _listed(call, "product_property_enum", "productPropertyEnums")


@method("sale.propertygroup.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_property_groups(call: Call) -> Listing:
    """sale.propertygroup.list: groups of order properties."""
    return _listed(call, "order_property_group", "propertyGroups")


@method("sale.propertyvariant.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_property_variants(call: Call) -> Listing:
    """sale.propertyvariant.list: values of order properties."""
    return _listed(call, "order_property_variant", "propertyVariants")


@method("sale.propertyRelation.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_property_relations(call: Call) -> Listing:
    """sale.propertyRelation.list: with which pay systems and deliveries a property goes."""
    select = call.get("select") or ["entityId", "entityType", "propertyId"]
    return _listed(call, "order_property_relation", "propertyRelations", select=select)


@method("sale.businessValuePersonDomain.list", scope="sale", right="admin", denial=SALE_DENIED)
def list_domains(call: Call) -> Listing:
    """sale.businessValuePersonDomain.list: which payers are persons and which are firms."""
    return _listed(call, "person_domain", "businessValuePersonDomains")


@method("sale.delivery.extra.service.get", scope="delivery", right="crm_admin")
def list_extra_services(call: Call) -> list[Row]:
    """sale.delivery.extra.service.get: extra services of one delivery."""
    if call.get("DELIVERY_ID") in (None, ""):
        raise Refusal("ERROR_CHECK_FAILURE", "Parameter DELIVERY_ID is not defined")
    number = as_number(call.get("DELIVERY_ID"))
    if call.portal.tables["delivery"].get(number) is None:
        raise Refusal("ERROR_DELIVERY_NOT_FOUND", "Delivery not found")
    rows = [row for row in settings_table(call.portal, "extra_service") if row["_delivery"] == number]
    return [_shown(row) for row in rows]


@method("crm.requisite.preset.list", scope="crm")
def list_presets(call: Call) -> Listing:
    """crm.requisite.preset.list: templates of requisites."""
    if not allowed(call, "crm_read"):
        raise PRESETS_CLOSED
    return _listed(call, "requisite_preset", None)


@method("crm.requisite.preset.field.list", scope="crm")
def list_preset_fields(call: Call) -> list[Row]:
    """crm.requisite.preset.field.list: the fields of one template."""
    if not allowed(call, "crm_read"):
        raise PRESETS_CLOSED
    preset = str(as_map(call.get("preset")).get("ID") or "")
    if settings_table(call.portal, "requisite_preset").get(preset) is None:
        raise Refusal("", f"The Preset with ID '{preset}' is not found")
    rows = [row for row in settings_table(call.portal, "requisite_preset_field") if row["_preset"] == preset]
    return [_shown(row) for row in rows]


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


@method("crm.documentgenerator.numerator.list", scope="crm", right="crm_admin", denial=NO_DOCUMENTS)
def list_numerators(call: Call) -> Listing:
    """crm.documentgenerator.numerator.list: how documents are numbered."""
    return list_rows(settings_table(call.portal, "numerator"), start=call.start(), wrap="numerators")


@method("crm.documentgenerator.template.list", scope="crm", right="crm_admin", denial=NO_DOCUMENTS)
def list_document_templates(call: Call) -> Any:
    """crm.documentgenerator.template.list: templates by their numbers, with addresses that open their files."""
    listing = list_rows(
        settings_table(call.portal, "document_template"),
        filter=call.get("filter"), order=call.get("order"), select=call.get("select"), start=call.start(), always=("id",),
    )  # fmt: skip
    return (
        Listing([], listing.total, None, call.start(), extra={})
        if not listing.rows
        else _by_number(call, listing)
    )


class _ByNumber(Listing):
    """A page whose rows are keyed by their numbers."""

    def result(self) -> Any:
        """Return the templates as an object."""
        return {"templates": {row["id"]: row for row in self.rows}}


def _by_number(call: Call, listing: Listing) -> Listing:
    host, way = call.portal.host, "crm.documentgenerator.template.download"
    rows = [
        row
        | {"download": f"https://{host}/bitrix/services/main/ajax.php?action={way}&SITE_ID=s1&id={row['id']}"}
        | {"downloadMachine": f"https://{host}/rest/{way}.json?auth={call.token}&token=crm%7C{row['id']}"}
        for row in listing.rows
    ]
    return _ByNumber(rows, listing.total, None, listing.start)


@method("sonet_group.get", scope=assumptions.SCOPE_OF_WORKGROUPS)
def list_groups(call: Call) -> Listing:
    """sonet_group.get: workgroups and projects; an administrator sees all with IS_ADMIN=Y, GROUP_ID asks for one."""
    one = {"ID": call.get("GROUP_ID")} if call.get("GROUP_ID") else {}
    return list_rows(
        settings_table(call.portal, "workgroup"),
        filter=as_map(call.get("FILTER")) | one, order=call.get("ORDER"), start=call.start(),
    )  # fmt: skip


@method("crm.item.details.configuration.get", scope="crm")
def show_card(call: Call) -> Any:
    """crm.item.details.configuration.get: the common view of a card; each person's own is not kept here."""
    if call.get("entityTypeId") in (None, ""):
        raise Refusal("", "Parameter 'entityTypeId' is not defined")
    if not allowed(call, "crm_read"):
        raise CRM_DENIED
    extras = as_map(call.get("extras"))
    category = as_number(extras.get("dealCategoryId") or extras.get("categoryId") or 0)
    kind = as_number(call.get("entityTypeId"))
    return card_layout(call.portal, kind, category, str(extras.get("leadCustomerType") or ""))
