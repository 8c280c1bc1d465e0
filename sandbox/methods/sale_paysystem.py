"""sale.paysystem.* and sale.cashbox.*: pay systems and cash registers."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import DENIED
from sandbox.rest.list_parameters import demand_known, without_total
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.shop.formats import listed
from sandbox.shop.pay_systems import settings_of
from sandbox.shop.switches import with_changes


@method("sale.paysystem.list", scope="pay_system", right="crm_admin", denial=DENIED)
def list_pay_systems(call: Call) -> Listing:
    """sale.paysystem.list: a plain array, no total, no pages (sale-pay-system-list.md)."""
    table = call.portal.tables["paysystem"]
    names = PAY_FIELDS | {"TARIF"}
    demand_known(call, names)
    listing = list_rows(
        table,
        filter=call.get("FILTER"),
        order=call.get("ORDER"),
        select=_renamed(call.get("SELECT")),
        size=len(table) + 1,
    )
    return without_total(listing)


@method("sale.paysystem.handler.list", scope="pay_system", right="crm_admin", denial=DENIED)
def list_pay_handlers(call: Call) -> Any:
    """sale.paysystem.handler.list: handlers added by REST only."""
    return call.portal.tables["paysystem_handler"].all()


@method("sale.paysystem.settings.get", scope="pay_system", right="crm_admin", denial=DENIED)
def show_pay_settings(call: Call) -> Any:
    """sale.paysystem.settings.get: keys of one pay system for one payer."""
    if call.get("ID") in (None, ""):
        raise Refusal("ERROR_CHECK_FAILURE", "Pay system ID is not specified")
    if call.get("PERSON_TYPE_ID") in (None, ""):
        raise Refusal("ERROR_CHECK_FAILURE", "PERSON_TYPE_ID is not specified")
    row = call.portal.tables["paysystem"].get(call.get("ID"))
    if row is None:
        raise Refusal("ERROR_CHECK_FAILURE", "Pay system not found")
    return with_changes(settings_of(row), call.portal.extra, "pay_settings", row["ID"]) or []


@method("sale.cashbox.list", scope="cashbox", right="crm_admin", denial=DENIED)
def list_cashboxes(call: Call) -> Listing:
    """sale.cashbox.list: a plain array (sale-cashbox-list.md)."""
    table = call.portal.tables["cashbox"]
    demand_known(call, CASH_FIELDS, code="")
    rows = list_rows(
        table,
        filter=call.get("FILTER"),
        order=call.get("ORDER"),
        select=call.get("SELECT"),
        size=len(table) + 1,
    )
    return without_total(rows)


@method("sale.cashbox.handler.list", scope="cashbox", right="crm_admin", denial=DENIED)
def list_cash_handlers(call: Call) -> Any:
    """sale.cashbox.handler.list: handlers added by REST."""
    return call.portal.tables["cashbox_handler"].all()


PAY_FIELDS = frozenset(
    listed(
        "NAME PSA_NAME DESCRIPTION ACTION_FILE RESULT_FILE NEW_WINDOW PS_MODE HAVE_PAYMENT HAVE_ACTION HAVE_RESULT "
        "HAVE_PREPAY HAVE_PRICE HAVE_RESULT_RECEIVE ENCODING ACTIVE ALLOW_EDIT_PAYMENT IS_CASH AUTO_CHANGE_1C "
        "CAN_PRINT_CHECK ENTITY_REGISTRY_TYPE XML_ID ID PERSON_TYPE_ID SORT TARIFF"
    )
)
CASH_FIELDS = frozenset(
    listed("ID NAME OFD EMAIL DATE_CREATE DATE_LAST_CHECK NUMBER_KKM KKM_ID ACTIVE SORT USE_OFFLINE ENABLED")
)


def _renamed(select: Any) -> Any:
    if not isinstance(select, list):
        return select
    return ["TARIFF" if name == "TARIF" else name for name in select]
