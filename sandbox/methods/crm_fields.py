"""crm.item.fields and crm.*.userfield.list: which fields objects of the CRM have."""

from __future__ import annotations

import re
from typing import Any

from sandbox.methods.crm_item import NO_VIEW, allowed, items_of
from sandbox.methods.refusals import CRM_DENIED
from sandbox.rest.list_parameters import as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.user_fields import fields_of

TYPES = {
    "createdTime": "datetime", "updatedTime": "datetime", "movedTime": "datetime", "lastActivityTime": "datetime",
    "createdBy": "user", "updatedBy": "user", "assignedById": "user", "movedBy": "user", "lastActivityBy": "user",
    "observers": "user", "begindate": "date", "closedate": "date", "companyId": "crm_company",
    "contactId": "crm_contact", "contactIds": "crm_contact", "categoryId": "crm_category", "stageId": "crm_status",
    "sourceId": "crm_status", "currencyId": "crm_currency", "opportunity": "double", "taxValue": "double",
    "sourceDescription": "text", "comments": "text", "mycompanyId": "crm_company", "previousStageId": "crm_status", "parentId1": "crm_entity", "parentId2": "crm_entity",
    "leadId": "crm_lead", "dealId": "crm_deal", "quoteId": "crm_quote", "content": "text", "terms": "text", "actualDate": "date",
}  # fmt: skip
TITLES = {
    "id": "ID", "title": "Название", "createdTime": "Когда создан", "updatedTime": "Когда обновлен",
    "createdBy": "Кем создан", "updatedBy": "Кем обновлен", "assignedById": "Ответственный",
    "opened": "Доступно для всех", "begindate": "Дата начала", "closedate": "Дата завершения",
    "companyId": "Компания", "contactId": "Контакт", "observers": "Наблюдатели", "categoryId": "Воронка",
    "movedTime": "Когда передвинут", "movedBy": "Кем передвинут", "stageId": "Стадия", "sourceId": "Источник",
    "sourceDescription": "Дополнительно об источнике", "currencyId": "Валюта", "opportunity": "Сумма",
    "isManualOpportunity": "Режим расчета суммы", "taxValue": "Сумма налога", "name": "Имя", "lastName": "Фамилия",
}  # fmt: skip
READ_ONLY = {"id", "createdTime", "updatedTime", "createdBy", "updatedBy", "movedTime", "movedBy", "lastActivityBy",
             "lastActivityTime", "previousStageId", "quoteNumber"}  # fmt: skip
SHOWN_ELSEWHERE = {"entityTypeId", "fm", "searchContent", "dateCreateShort", "dateModifyShort", "begindateShort",
                   "closedateShort", "eventDateShort"}  # fmt: skip
STAGE_SETS = {
    1: "STATUS",
    2: "DEAL_STAGE",
    7: "QUOTE_STATUS",
    31: "SMART_INVOICE_STAGE_5",
    177: "DYNAMIC_177_STAGE_7",
}
PARENTS = {"companyId": 4, "parentId1": 1, "parentId2": 2}
NUMBERS = (int, float)


@method("crm.item.fields", scope="crm")
def describe_fields(call: Call) -> Any:
    """crm.item.fields: type, obligation and title of every field."""
    kind, _ = items_of(call)
    if not allowed(call, "crm_read"):
        raise NO_VIEW
    own = {
        name: _field(kind, name, value)
        for name, value in call.portal.extra["blank"][kind].items()
        if name not in SHOWN_ELSEWHERE and not name.startswith("ufCrm")
    }
    return {"fields": own | {name: _user_field(row) for name, row in fields_of(call.portal, kind).items()}}


def _field(kind: int, name: str, value: Any) -> Row:
    row: Row = {
        "type": TYPES.get(name) or _guess(name, value),
        "isRequired": name == "opened",
        "isReadOnly": name in READ_ONLY,
        "isImmutable": False,
        "isMultiple": isinstance(value, list),
        "isDynamic": False,
    }
    if name in ("stageId", "previousStageId"):
        row["statusType"] = STAGE_SETS.get(kind, f"DYNAMIC_{kind}_STAGE")
    if name == "sourceId":
        row["statusType"] = "SOURCE"
    if name == "contactId":
        row["isDeprecated"] = True
    row["title"] = TITLES.get(name, upper_name(name))
    if name in PARENTS:
        row["settings"] = {"parentEntityTypeId": PARENTS[name]}
    if name == "mycompanyId":
        row["settings"] = {"isMyCompany": True, "parentEntityTypeId": 4, "isEmbeddedEditorEnabled": True}
    return row | {"upperName": upper_name(name)}


def _user_field(field: Row) -> Row:
    row: Row = {
        "type": field["USER_TYPE_ID"],
        "isRequired": field["MANDATORY"] == "Y",
        "isReadOnly": False,
        "isImmutable": False,
        "isMultiple": field["MULTIPLE"] == "Y",
        "isDynamic": True,
    }
    if "LIST" in field:
        row["items"] = [{"ID": one["ID"], "VALUE": one["VALUE"]} for one in field["LIST"]]
    return row | {
        "title": field["EDIT_FORM_LABEL"],
        "settings": field["SETTINGS"],
        "upperName": field["FIELD_NAME"],
    }


def _guess(name: str, value: Any) -> str:
    if value in ("Y", "N"):
        return "boolean"
    return "integer" if name == "id" or isinstance(value, NUMBERS) else "string"


def upper_name(name: str) -> str:
    """Write a camel-case name as the old methods do: assignedById is ASSIGNED_BY_ID."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _list_user_fields(entity: str, call: Call) -> Listing:
    for name in ("filter", "order"):
        given = call.get(name)
        if given is not None and not isinstance(given, dict | list):
            raise Refusal("", f"Parameter '{name}' must be array.")
    if not allowed(call, "crm_read"):
        raise CRM_DENIED
    wanted = as_map(call.get("filter")) | {"ENTITY_ID": entity}
    labelled = wanted.pop("LANG", None)
    table = call.portal.tables["user_field"]
    listing = list_rows(table, filter=wanted, order=call.get("order"), size=len(table) + 1)
    labels = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE")
    rows = [row if labelled else {k: v for k, v in row.items() if k not in labels} for row in listing.rows]
    return Listing(rows, len(rows), None, 0, len(table) + 1)


@method("crm.deal.userfield.list", scope="crm")
def list_deal_fields(call: Call) -> Listing:
    """crm.deal.userfield.list: labels come only with filter LANG."""
    return _list_user_fields("CRM_DEAL", call)


@method("crm.lead.userfield.list", scope="crm")
def list_lead_fields(call: Call) -> Listing:
    """crm.lead.userfield.list."""
    return _list_user_fields("CRM_LEAD", call)


@method("crm.contact.userfield.list", scope="crm")
def list_contact_fields(call: Call) -> Listing:
    """crm.contact.userfield.list."""
    return _list_user_fields("CRM_CONTACT", call)


@method("crm.company.userfield.list", scope="crm")
def list_company_fields(call: Call) -> Listing:
    """crm.company.userfield.list."""
    return _list_user_fields("CRM_COMPANY", call)


@method("crm.quote.userfield.list", scope="crm")
def list_quote_fields(call: Call) -> Listing:
    """crm.quote.userfield.list."""
    return _list_user_fields("CRM_QUOTE", call)


@method("crm.requisite.userfield.list", scope="crm")
def list_requisite_fields(call: Call) -> Listing:
    """crm.requisite.userfield.list."""
    return _list_user_fields("CRM_REQUISITE", call)


@method("userfieldconfig.list", scope="userfieldconfig")
def list_field_settings(call: Call) -> Listing:
    """userfieldconfig.list: settings of fields in camel case; labels by language, values of lists are returned by userfieldconfig.get."""
    if call.get("moduleId") != "crm" or not allowed(call, "crm_read"):
        raise Refusal("", "Вы не можете просматривать настройки пользовательских полей")
    language = str(as_map(call.get("select")).get("language") or "")
    rows = (_config(row, language) for row in call.portal.tables["user_field"])
    found = Table(rows, key="id")
    return list_rows(
        found, filter=call.get("filter"), order=call.get("order"), start=call.start(), wrap="fields"
    )


LABELS = ("editFormLabel", "listColumnLabel", "listFilterLabel", "errorMessage", "helpMessage")


def _config(row: Row, language: str) -> Row:
    """Write a field as userfieldconfig.list shows it."""
    camel = {_setting_name(name): value for name, value in row.items() if name != "LIST"}
    if not language:
        return {name: value for name, value in camel.items() if name not in LABELS}
    said = {name: {language: camel[name]} if camel[name] else None for name in LABELS}
    return camel | {"languageId": {language: language}} | said


def _setting_name(name: str) -> str:
    """Turn SHOW_IN_LIST into showInList."""
    first, *rest = name.lower().split("_")
    return first + "".join(part.title() for part in rest)
