"""landing.*: sites of the portal."""

from __future__ import annotations

from typing import Any

from sandbox import plan
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import listed
from sandbox.shop.sites import extra_fields

# Assumption: which plans have rights per site and per document is in no reference; the basic and free ones have not.
PLANS_WITHOUT_ROLES = {"basic", "project"}
SHOP_TYPES = ["STORE", "SMN"]
DEFAULT_FIELDS = listed(
    "ID CODE ACTIVE DELETED TITLE TYPE XML_ID DESCRIPTION TPL_ID DOMAIN_ID SMN_SITE_ID LANDING_ID_INDEX "
    "LANDING_ID_404 LANDING_ID_503 LANG SPECIAL CREATED_BY_ID MODIFIED_BY_ID DATE_CREATE DATE_MODIFY"
)


@method("landing.site.getList", scope="landing")
def list_sites(call: Call) -> list[Row]:
    """landing.site.getList: everything inside `params`; without the right the list is empty."""
    params = as_map(call.get("params"))
    wanted = as_map(params.get("filter"))
    if wanted.get("TYPE") == "STORE":
        wanted["TYPE"] = SHOP_TYPES
    if not any(str(name).endswith("DELETED") for name in wanted):
        wanted["DELETED"] = "N"
    return _pages(
        call, call.portal.tables["site"], params, wanted, as_list(params.get("select")) or DEFAULT_FIELDS
    )


@method("landing.landing.getList", scope="landing")
def list_pages(call: Call) -> list[Row]:
    """landing.landing.getList: pages of sites."""
    params = as_map(call.get("params"))
    select = as_list(params.get("select")) or ["ID", "TITLE", "SITE_ID", "DATE_MODIFY"]
    return _pages(
        call, call.portal.tables["page"], params, as_map(params.get("filter")), [*select, "DOMAIN_ID"]
    )


@method("landing.site.getadditionalfields", scope="landing")
def show_extra_fields(call: Call) -> Any:
    """landing.site.getadditionalfields: filled fields only, an empty array when there are none."""
    if call.get("id") in (None, ""):
        raise Refusal("MISSING_PARAMS", "Недостаточно параметров вызова, пропущены: id")
    site = call.portal.tables["site"].get(call.get("id"))
    if site is None or not call.portal.has_right(call.user, "landing_read"):
        return []
    fields = extra_fields(as_number(site["ID"])) | site.get("EXTRA", {})
    return {name: value for name, value in fields.items() if value not in (None, "")}


@method("landing.site.getPublicUrl", scope="landing")
def show_public_urls(call: Call) -> Any:
    """landing.site.getPublicUrl: one address, or a map of them."""
    asked = call.get("id")
    if asked in (None, ""):
        raise Refusal("MISSING_PARAMS", "Недостаточно параметров вызова, пропущены: id")
    sites = {str(one): call.portal.tables["site"].get(one) for one in as_list(asked)}
    urls = {number: row["PUBLIC_URL"].rstrip("/") for number, row in sites.items() if row}
    return urls if isinstance(asked, list | dict) else next(iter(urls.values()), "")


@method("landing.role.isEnabled", scope="landing")
def say_roles(call: Call) -> bool:
    """landing.role.isEnabled: a plan gate that only reads."""
    if not call.portal.has_right(call.user, "landing_read"):
        raise Refusal("ACCESS_DENIED", "Access denied")
    if not call.portal.has_right(call.user, "admin"):
        raise Refusal("IS_NOT_ADMIN", "Для совершения действия необходимо быть администратором.")
    if plan.family(call.portal.plan) in PLANS_WITHOUT_ROLES:
        text = "Управление правами в разделе «Сайты и магазины» недоступно на текущем тарифе"
        raise Refusal("FEATURE_NOT_AVAIL", text)
    return True


@method("documentgenerator.role.list", scope="documentgenerator")
def list_document_roles(call: Call) -> Any:
    """documentgenerator.role.list: a plan gate that only reads."""
    if not call.portal.has_right(call.user, "admin"):
        raise Refusal("0", "You do not have permissions to modify settings")
    if plan.family(call.portal.plan) in PLANS_WITHOUT_ROLES:
        raise Refusal("DOCGEN_ACCESS_ERROR", "Your plan does not support this operation", status=403)
    named = ((1, "Администратор", "ADMIN"), (3, "Менеджер", "MANAGER"))
    rows = [{"id": number, "name": name, "code": code} for number, name, code in named]
    return Listing(rows, len(rows), "roles", call.start())


def _pages(call: Call, table: Table, params: Row, wanted: Row, select: list[Any]) -> list[Row]:
    if not call.portal.has_right(call.user, "landing_read"):
        return []
    order = params.get("order")
    size = as_number(params.get("limit")) or len(table) + 1
    always = ("ID", "TYPE") if table is call.portal.tables["site"] else ("ID",)
    listing = list_rows(
        table,
        filter=wanted,
        order=order,
        select=select,
        start=as_number(params.get("offset")),
        size=size,
        always=always,
    )
    return list(listing.rows)


@method("landing.site.fullExport", scope="landing")
def export_site(call: Call) -> Any:
    """landing.site.fullExport: a site with its pages, without the address of the button and the icon."""
    if call.get("id") in (None, ""):
        raise Refusal("MISSING_PARAMS", "Недостаточно параметров вызова, пропущены: id")
    site = call.portal.tables["site"].get(call.get("id"))
    if site is None or not call.portal.has_right(call.user, "landing_read"):
        raise Refusal("ACCESS_DENIED", "Доступ запрещён")
    params = as_map(call.get("params"))
    code = str(params.get("code") or "".join(one for one in site["CODE"].lower() if one in LATIN))
    if not set(code) <= LATIN:
        raise Refusal("SYSTEM_ERROR", "Параметр code может состоять только из латинских букв и цифр.")
    kept = {
        name: value for name, value in extra_fields(as_number(site["ID"])).items() if name not in NOT_EXPORTED
    }
    pages = [
        row for row in call.portal.tables["page"] if row["SITE_ID"] == site["ID"] and row["DELETED"] == "N"
    ]
    fields = {"ADDITIONAL_FIELDS": kept, "TITLE": site["TITLE"], "LANDING_ID_INDEX": site["LANDING_ID_INDEX"]}
    head = _exported(
        code, str(params.get("name") or site["TITLE"]), fields | {"LANDING_ID_404": site["LANDING_ID_404"]}
    )
    items = {f"page{row['ID']}": {"old_id": row["ID"], **_exported_page(row)} for row in pages}
    places = {"charset": "UTF-8", "site_code": site["CODE"], "folders": [], "syspages": []}
    return head | places | {"layout": [], "items": items}


LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
NOT_EXPORTED = frozenset({"B24BUTTON_CODE", "FAVICON_PICTURE"})


def _exported(code: str, name: str, fields: Row) -> Row:
    pictures = dict.fromkeys(("preview", "preview2x", "preview3x", "preview_url"), "")
    head = {"code": code, "name": name, "description": "", "show_in_list": "Y", "type": "page", "version": 3}
    return head | pictures | {"fields": fields}


def _exported_page(row: Row) -> Row:
    fields = {"TITLE": row["TITLE"], "RULE": None, "ADDITIONAL_FIELDS": {}}
    return _exported(f"page{row['ID']}", row["TITLE"], fields) | {"layout": [], "items": {}}
