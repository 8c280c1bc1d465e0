"""Pages of a portal where a person corrects what a check has found: the page of one object, of its kind, or none. Pure.

Sources: the map of the portal's own component `bitrix:sale.admin.page.stub` (settings of the shop and orders), the routes of
its module `bitrix24` (settings of CRM, sites, mail), `salescenter` (one pay system), `crm` (one pipeline), and
reference/portal-protocol.md (plan, employees, Marketplace). A place without a known page is only named in words.
"""

from collections.abc import Iterable, Mapping

from b24app.checklist.engine.verdict import Evidence

PAY_SYSTEM = "/shop/settings/sale_pay_system_edit/?publicSidePanel=Y&ID={id}"
PIPELINE = "/crm/deal/category/{id}/"
PAGES: Mapping[str, str] = {
    "CRM → Settings → Payment systems": "/shop/settings/sale_pay_system/",
    "CRM → Settings → Cash registers": "/shop/settings/sale_cashbox_list/",
    "CRM → Settings → Delivery services": "/shop/settings/sale_delivery_service_list/",
    "CRM → Settings → Payer types": "/shop/settings/sale_person_type/",
    "CRM → Settings → Price types": "/shop/settings/cat_group_admin/",
    "CRM → Stock accounting → Stores": "/shop/settings/cat_store_list/",
    "CRM → Settings → Order properties": "/shop/orderform/",
    "CRM → Settings → Currencies; VAT rates": "/crm/configs/currency/",
    "CRM → Settings → Custom fields": "/crm/configs/fields/",
    "CRM → Settings → Business processes": "/crm/configs/bp/",
    "CRM → Orders": "/shop/orders/",
    "CRM → Products": "/shop/catalog/",
    "Sites and shops": "/sites/",
    "Sites and shops → Site settings → Analytics": "/sites/",
    "Sites and shops → Site settings → Domain": "/sites/",
    "Mail → Settings": "/mail/",
    "Market → Installed": "/marketplace/",
    "Market → Updates": "/marketplace/",
    "Disk": "/docs/",
}
"""By the place that a check names."""


def page_of(place: str, link: str, evidence: Iterable[Evidence]) -> tuple[str, str]:
    """The path and the name of what it opens: an object that the evidence names, else the page of the check's place."""
    seen = next((one for one in evidence if one.path), None)
    if seen is not None:
        return seen.path, seen.label
    return link or PAGES.get(place, ""), ""
