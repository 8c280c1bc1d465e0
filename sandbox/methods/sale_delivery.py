"""sale.delivery.*: delivery services and their settings."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import DENIED
from sandbox.rest.list_parameters import demand_known, without_total
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.shop.delivery_services import config_of
from sandbox.shop.formats import listed
from sandbox.shop.switches import with_changes

FIELDS = frozenset(listed("NAME ACTIVE DESCRIPTION CURRENCY ID PARENT_ID SORT LOGOTYPE"))


@method("sale.delivery.getlist", scope="delivery", right="crm_admin", denial=DENIED)
def list_deliveries(call: Call) -> Listing:
    """sale.delivery.getlist: a plain array; SELECT, FILTER and ORDER are upper case only (the portal's source, sale module)."""
    params = {name: call.params.get(name) for name in ("SELECT", "FILTER", "ORDER")}
    demand_known(call, FIELDS)
    table = call.portal.tables["delivery"]
    listing = list_rows(
        table, filter=params["FILTER"], order=params["ORDER"], select=params["SELECT"], size=len(table) + 1
    )
    return without_total(listing)


@method("sale.delivery.handler.list", scope="delivery", right="crm_admin", denial=DENIED)
def list_delivery_handlers(call: Call) -> Any:
    """sale.delivery.handler.list: handlers added by REST."""
    return call.portal.tables["delivery_handler"].all()


@method("sale.delivery.config.get", scope="delivery", right="crm_admin", denial=DENIED)
def show_delivery_config(call: Call) -> Any:
    """sale.delivery.config.get: settings whose set the REST handler defines."""
    if call.get("ID") in (None, ""):
        raise Refusal("ERROR_CHECK_FAILURE", "Parameter ID is not defined")
    row = call.portal.tables["delivery"].get(call.get("ID"))
    if row is None:
        raise Refusal("ERROR_DELIVERY_NOT_FOUND", "Delivery not found")
    given = {one["CODE"]: one["VALUE"] for one in config_of(row)}
    values = with_changes(given, call.portal.extra, "delivery_settings", row["ID"])
    return [{"CODE": code, "VALUE": value} for code, value in values.items()]
