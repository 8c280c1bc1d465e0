"""crm.deal/contact/company/lead.list, crm.deal.get, crm.currency.*: the older upper-case methods over the same items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.methods.crm_fields import upper_name
from sandbox.methods.crm_item import allowed
from sandbox.methods.refusals import CRM_DENIED
from sandbox.rest.filters import split_prefix
from sandbox.rest.list_parameters import as_list, narrow_by_date
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.formats import listed
from sandbox.shop.new_orders import table_now

RENAMED = {
    "createdTime": "DATE_CREATE",
    "updatedTime": "DATE_MODIFY",
    "createdBy": "CREATED_BY_ID",
    "updatedBy": "MODIFY_BY_ID",
    "movedBy": "MOVED_BY_ID",
    "entityTypeId": "",
    "observers": "",
    "contactIds": "",
    "companyIds": "",
    "fm": "",
    "searchContent": "",
}
MONEY = {"OPPORTUNITY", "TAX_VALUE", "REVENUE"}
DEAL_FIELDS = listed(
    "ID TITLE TYPE_ID STAGE_ID PROBABILITY CURRENCY_ID OPPORTUNITY IS_MANUAL_OPPORTUNITY TAX_VALUE LEAD_ID COMPANY_ID "
    "CONTACT_ID QUOTE_ID BEGINDATE CLOSEDATE ASSIGNED_BY_ID CREATED_BY_ID MODIFY_BY_ID DATE_CREATE DATE_MODIFY OPENED "
    "CLOSED COMMENTS ADDITIONAL_INFO LOCATION_ID CATEGORY_ID STAGE_SEMANTIC_ID IS_NEW IS_RECURRING "
    "IS_RETURN_CUSTOMER IS_REPEATED_APPROACH SOURCE_ID SOURCE_DESCRIPTION ORIGINATOR_ID ORIGIN_ID MOVED_BY_ID "
    "MOVED_TIME LAST_ACTIVITY_TIME UTM_SOURCE UTM_MEDIUM UTM_CAMPAIGN UTM_CONTENT UTM_TERM LAST_ACTIVITY_BY"
)
LEAD_ADDRESS = [
    f"ADDRESS_{part}"
    for part in ("2", "CITY", "POSTAL_CODE", "REGION", "PROVINCE", "COUNTRY", "COUNTRY_CODE", "LOC_ADDR_ID")
]
LEAD_NEVER_HAD = frozenset(
    listed(
        "EMAIL_HOME EMAIL_MAILING EMAIL_WORK ICQ IMOL IS_CONVERT LOGIN PHONE_MAILING PHONE_MOBILE PHONE_WORK PRODUCT_ID "
        "SHORT_NAME SKYPE WEBFORM_ID"
    )
)
LEAD_STAGES = {"STAGE_ID": "STATUS_ID", "STAGE_SEMANTIC_ID": "STATUS_SEMANTIC_ID"}


def upper_row(item: Row) -> Row:
    """Write an item in the legacy format: upper-case names, strings for everything, communications as lists."""
    row: Row = {}
    lead = item.get("entityTypeId") == 1
    for name, value in item.items():
        old = _old_name(name, lead=lead)
        if old and not old.endswith("_SHORT"):
            row[old] = _text(old, value)
    for kind in ("PHONE", "EMAIL"):
        row[kind] = [_contact_way(one) for one in item.get("fm", []) if one["typeId"] == kind]
    return row | dict.fromkeys(LEAD_ADDRESS) if lead else row


def _old_name(name: str, *, lead: bool) -> str:
    if name.startswith("ufCrm_"):
        return name.replace("ufCrm", "UF_CRM")
    old = RENAMED.get(name, upper_name(name))
    if not lead:
        return old
    return "" if old in LEAD_NEVER_HAD else LEAD_STAGES.get(old, old)


def _contact_way(one: Row) -> Row:
    return {
        "ID": str(one["id"]),
        "VALUE_TYPE": one["valueType"],
        "VALUE": one["value"],
        "TYPE_ID": one["typeId"],
    }


def _text(name: str, value: Any) -> Any:
    if isinstance(value, int | float):
        return f"{value:.2f}" if name in MONEY else str(value)
    return value


@method("crm.deal.list", scope="crm")
def list_deals(call: Call) -> Listing:
    """crm.deal.list: deprecated in favour of crm.item.list, still answering."""
    return _old_list(call, "deal")


@method("crm.contact.list", scope="crm")
def list_contacts(call: Call) -> Listing:
    """crm.contact.list."""
    return _old_list(call, "contact")


@method("crm.company.list", scope="crm")
def list_companies(call: Call) -> Listing:
    """crm.company.list."""
    return _old_list(call, "company")


@method("crm.lead.list", scope="crm")
def list_leads(call: Call) -> Listing:
    """crm.lead.list."""
    return _old_list(call, "lead")


@method("crm.deal.get", scope="crm")
def show_deal(call: Call) -> Any:
    """crm.deal.get."""
    if not str(call.get("id") or "").isdigit() or str(call.get("id")) == "0":
        raise Refusal("", "ID is not defined or invalid")
    item = table_now(call.portal, "deal").get(call.get("id"))
    if item is None:
        raise Refusal("", "Not found")
    if not allowed(call, "crm_read"):
        raise Refusal("", "Access denied")
    row = upper_row(item)
    return {name: row.get(name) for name in DEAL_FIELDS} | {
        n: v for n, v in row.items() if n.startswith("UF_")
    }


@method("crm.currency.list", scope="crm")
def list_currencies(call: Call) -> Listing:
    """crm.currency.list; the page shows total 0, and so does the portal."""
    table = call.portal.tables["currency"]
    order = {str(name).upper(): way for name, way in (call.get("order") or {}).items()} or {"SORT": "asc"}
    rows = list_rows(table, order=order, size=len(table) + 1).rows
    return Listing(rows, 0, None, 0, len(table) + 1)


@method("crm.currency.base.get", scope="crm")
def show_base_currency(call: Call) -> str:
    """crm.currency.base.get."""
    return next(str(row["CURRENCY"]) for row in call.portal.tables["currency"] if row["BASE"] == "Y")


def _old_list(call: Call, name: str) -> Listing:
    for part in ("filter", "order"):
        given = call.get(part)
        if given is not None and not isinstance(given, dict | list):
            raise Refusal("", f"Parameter '{part}' must be array.")
    if not allowed(call, "crm_read"):
        raise CRM_DENIED
    table = table_now(call.portal, name)
    names = _names(call, name)
    sites = _sites(call.get("filter"))
    wanted = narrow_by_date(table, _renamed(call.get("filter"), names, prefixed=True), "createdTime")
    order = _renamed(call.get("order"), names, prefixed=False)
    where = None if sites is None else lambda row: bool(sites & _ways(row, "WEB"))
    listing = list_rows(table, filter=wanted, order=order, start=call.start(), where=where)
    rows = [_selected(upper_row(row), as_list(call.get("select"))) for row in listing.rows]
    return Listing(rows, listing.total, None, listing.start)


def _sites(given: Any) -> set[str] | None:
    """The sites that a filter names: they are compared word for word (crm-company-list.md)."""
    if not isinstance(given, Mapping):
        return None
    named = [value for key, value in given.items() if split_prefix(str(key))[1].upper() == "WEB"]
    return {str(one) for value in named for one in as_list(value)} if named else None


def _ways(item: Row, kind: str) -> set[str]:
    return {str(one["value"]) for one in item.get("fm", []) if one["typeId"] == kind}


def _names(call: Call, name: str) -> dict[str, str]:
    kind = {"lead": 1, "deal": 2, "contact": 3, "company": 4}[name]
    return {_old_name(field, lead=kind == 1): field for field in call.portal.extra["blank"][kind]}


def _renamed(given: Any, names: dict[str, str], *, prefixed: bool) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        return {}
    renamed: dict[str, Any] = {}
    for key, value in given.items():
        prefix, bare = split_prefix(str(key)) if prefixed else ("", str(key))
        if bare.upper() in names:
            renamed[f"{'' if prefix == '=' else prefix}{names[bare.upper()]}"] = value
    return renamed


def _selected(row: Row, select: list[Any]) -> Row:
    """Pick fields by name and by mask: `*` are all but user fields and lists, `UF_*` user fields; both without a select."""
    wanted = {str(name).upper() for name in select} or {"*", "UF_*"}
    masks = {name: _mask(name) for name in row}
    return {name: value for name, value in row.items() if name == "ID" or {name, masks[name]} & wanted}


def _mask(name: str) -> str:
    """Return the mask that covers a field; PHONE and EMAIL, which are lists, have none."""
    if name in ("PHONE", "EMAIL"):
        return name
    return "UF_*" if name.startswith("UF_") else "*"
