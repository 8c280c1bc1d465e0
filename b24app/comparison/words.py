"""Titles of the portal's codes in the comparison; only documented codes, any other is "another value". Pure."""

from collections.abc import Mapping

from b24app.text.messages import N_

Words = Mapping[str, str]

HANDLERS: Words = {
    "yandexcheckout": N_("YooKassa"),
    "sberbankonline": N_("Sberbank"),
    "roboxchange": N_("Robokassa"),
    "bill": N_("invoice"),
    "billru": N_("invoice"),
    "cash": N_("cash"),
}
"""Handlers of the portal that shops in Russia choose; those of applications are shown by their own names."""
MODES: Words = {"": N_("none"), "bank_card": N_("bank card"), "sbp": N_("Faster Payments System")}
REGISTRIES: Words = {"ORDER": N_("orders"), "CRM_INVOICE": N_("invoices of the former kind")}
OPERATORS: Words = {
    "": N_("none"),
    "bx_firstofd": "Первый ОФД",
    "bx_platformaofd": "Платформа ОФД",
    "bx_yarusofd": "ОФД ЯРУС",
    "bx_taxcomofd": "Такском ОФД",
    "bx_ofdruofd": "OFD.RU",
    "bx_tenzorofd": "Тензор ОФД",
    "bx_conturofd": "Контур ОФД",
}
"""Names of the operators as api-reference/sale/cashbox/sale-cashbox-add.md gives them."""
STATUS_TYPES: Words = {"O": N_("status of an order"), "D": N_("status of a delivery")}
STAGE_MEANINGS: Words = {
    "": N_("in progress"),
    "process": N_("in progress"),
    "success": N_("success"),
    "failure": N_("failure"),
    "apology": N_("analysis of a failure"),
}
FIELD_TYPES: Words = {
    "string": N_("text"),
    "text": N_("text"),
    "integer": N_("whole number"),
    "double": N_("number"),
    "boolean": N_("yes or no"),
    "datetime": N_("date and time"),
    "date": N_("date"),
    "money": N_("money"),
    "url": N_("link"),
    "address": N_("address"),
    "enumeration": N_("list"),
    "file": N_("file"),
    "employee": N_("employee"),
    "user": N_("employee"),
    "crm_status": N_("CRM dictionary"),
    "iblock_section": N_("section of a list"),
    "iblock_element": N_("element of a list"),
    "crm": N_("CRM record"),
    "crm_company": N_("company"),
    "crm_contact": N_("contact"),
    "crm_category": N_("pipeline"),
    "crm_currency": N_("currency"),
    "crm_entity": N_("CRM record"),
}
"""Types of api-reference/crm/deals/user-defined-fields/crm-deal-userfield-add.md and of crm.item.fields."""
PROPERTY_TYPES: Words = {
    "STRING": N_("text"),
    "Y/N": N_("yes or no"),
    "NUMBER": N_("number"),
    "ENUM": N_("list"),
    "FILE": N_("file"),
    "DATE": N_("date"),
    "LOCATION": N_("location"),
    "ADDRESS": N_("address"),
}
"""Types of order properties (api-reference/sale/data-types.md)."""
STARTS: Words = {
    "0": N_("by hand"),
    "1": N_("when a record is created"),
    "2": N_("when a record is changed"),
    "3": N_("when a record is created or changed"),
}
"""AUTO_EXECUTE of api-reference/bizproc/template/bizproc-workflow-template-list.md."""
DOCUMENTS: Words = {
    "LEAD": N_("Leads"),
    "CONTACT": N_("Contacts"),
    "COMPANY": N_("Companies"),
    "DEAL": N_("Deals"),
    "QUOTE": N_("Quotes"),
    "SMART_INVOICE": N_("Invoices"),
}
SITE_TYPES: Words = {
    "STORE": N_("shop"),
    "SMN": N_("shop"),
    "PAGE": N_("site"),
    "KNOWLEDGE": N_("knowledge base"),
    "GROUP": N_("site of a group"),
    "MAINPAGE": N_("first page of the portal"),
}
COUNTERS: Words = {
    "yandex": N_("Yandex Metrica"),
    "google": N_("Google Analytics"),
    "google4": N_("Google Analytics 4"),
    "gtm": N_("Google Tag Manager"),
    "widget": N_("site widget"),
}
"""Counters by the kinds of the fact about them."""
EVENTS: Words = {
    "ONAPPINSTALL": N_("installation of the application"),
    "ONAPPUPDATE": N_("update of the application"),
    "ONAPPUNINSTALL": N_("removal of the application"),
    "ONAPPPAYMENT": N_("payment for the application"),
    "ONAPPTEST": N_("test event"),
    "ONOFFLINEEVENT": N_("deletions in the portal"),
}
PLACEMENTS: Words = {
    "REST_APP_URI": N_("links to the application"),
    "CRM_DEAL_LIST_TOOLBAR": N_("list of deals"),
}
