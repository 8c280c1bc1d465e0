"""sale.paysystem, sale.delivery, sale.cashbox: add, update, delete; only what REST handlers made can be made."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions
from sandbox.methods.refusals import DENIED
from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row

PAY_CHANGES = ("NAME", "DESCRIPTION", "PERSON_TYPE_ID", "ACTIVE", "NEW_WINDOW", "XML_ID")
DELIVERY_CHANGES = ("NAME", "CURRENCY", "DESCRIPTION", "SORT", "ACTIVE")
CASH_CHANGES = ("NAME", "EMAIL", "OFD", "NUMBER_KKM", "ACTIVE", "SORT", "USE_OFFLINE")
CHECK, NO_HANDLER, NO_PAYER = "ERROR_CHECK_FAILURE", "ERROR_HANDLER_NOT_FOUND", "ERROR_PERSON_TYPE_NOT_FOUND"


def _handler(call: Call, table: str, code: object) -> Row | None:
    return next((row for row in call.portal.tables[table] if row.get("CODE") == code), None)


def _demand(call: Call, *names: str) -> None:
    for name in names:
        if call.get(name) in (None, ""):
            raise Refusal(CHECK, f"Parameter {name} is not defined")


@method("sale.paysystem.add", scope="pay_system", right="crm_admin", denial=DENIED)
def add_pay_system(call: Call) -> Any:
    """sale.paysystem.add: BX_REST_HANDLER names the handler of an application (sale-pay-system-add.md)."""
    _demand(call, "NAME", "PERSON_TYPE_ID", "BX_REST_HANDLER", "ENTITY_REGISTRY_TYPE")
    if _handler(call, "paysystem_handler", call.get("BX_REST_HANDLER")) is None:
        raise Refusal(NO_HANDLER, "Handler not found")
    if call.portal.tables["person_type"].get(call.get("PERSON_TYPE_ID")) is None:
        raise Refusal(NO_PAYER, "Person type not found")
    table = call.portal.tables["paysystem"]
    with call.world.lock:
        first = dict(next(iter(table)))
        row = first | {
            "ID": table.next_id(),
            "PSA_NAME": call.get("NAME"),
            "ACTION_FILE": call.get("BX_REST_HANDLER"),
        }
        row |= {
            "ENTITY_REGISTRY_TYPE": call.get("ENTITY_REGISTRY_TYPE"),
            "ACTIVE": "N",
            "PS_MODE": "",
            "DESCRIPTION": "",
        }
        row |= {name: call.get(name) for name in PAY_CHANGES if call.get(name) is not None}
        table.add(row)
    return row["ID"]


@method("sale.paysystem.update", scope="pay_system", right="crm_admin", denial=DENIED)
def update_pay_system(call: Call) -> Any:
    """sale.paysystem.update: what another application added is refused; of the portal's own ones see assumptions.py."""
    row = _pay_system(call)
    if _is_foreign(call, row) or (
        not _of_handler(call, row) and not assumptions.SYSTEM_PAY_SYSTEMS_CAN_BE_UPDATED
    ):
        raise DENIED
    fields = as_map(call.get("FIELDS"))
    payer = fields.get("PERSON_TYPE_ID")
    if payer is not None and call.portal.tables["person_type"].get(payer) is None:
        raise Refusal(NO_PAYER, "Person type not found")
    changes = {name: fields[name] for name in PAY_CHANGES if name in fields}
    call.portal.tables["paysystem"].update(row["ID"], **changes)
    return True


@method("sale.paysystem.delete", scope="pay_system", right="crm_admin", denial=DENIED)
def delete_pay_system(call: Call) -> Any:
    """sale.paysystem.delete."""
    row = _pay_system(call)
    if not _of_handler(call, row):
        raise DENIED
    call.portal.tables["paysystem"].delete(row["ID"])
    return True


def _pay_system(call: Call) -> Row:
    _demand(call, "ID")
    row = call.portal.tables["paysystem"].get(call.get("ID"))
    if row is None:
        raise Refusal("ERROR_PAY_SYSTEM_NOT_FOUND", "Pay system not found")
    return row


def _of_handler(call: Call, row: Row) -> bool:
    return _handler(call, "paysystem_handler", row["ACTION_FILE"]) is not None


def _is_foreign(call: Call, row: Row) -> bool:
    """Whether another application added it; `foreign_pay_systems` of a test names them."""
    return row["ID"] in call.portal.extra.get("foreign_pay_systems", ())


@method("sale.delivery.add", scope="delivery", right="crm_admin", denial=DENIED)
def add_delivery(call: Call) -> Any:
    """sale.delivery.add: a service of a REST handler with its profiles."""
    _demand(call, "REST_CODE", "NAME", "CURRENCY")
    handler = _handler(call, "delivery_handler", call.get("REST_CODE"))
    if handler is None:
        raise Refusal(NO_HANDLER, "Handler not found")
    table = call.portal.tables["delivery"]
    with call.world.lock:
        row: Row = {
            "ID": table.next_id(),
            "PARENT_ID": None,
            "NAME": call.get("NAME"),
            "CURRENCY": call.get("CURRENCY"),
        }
        row |= {"DESCRIPTION": call.get("DESCRIPTION") or "", "SORT": call.get("SORT") or 100}
        row["ACTIVE"] = call.get("ACTIVE") or "Y"
        table.add(row)
        profiles = []
        for one in as_list(handler.get("PROFILES")):
            profile = row | {"ID": table.next_id(), "PARENT_ID": row["ID"], "NAME": one.get("NAME", "")}
            profiles.append(table.add(profile))
    return {"parent": row | {"LOGOTYPE": None}, "profiles": profiles}


@method("sale.delivery.update", scope="delivery", right="crm_admin", denial=DENIED)
def update_delivery(call: Call) -> Any:
    """sale.delivery.update: the fields are beside ID (sale-delivery-update.md)."""
    row = _delivery(call)
    if not assumptions.SYSTEM_DELIVERIES_CAN_BE_UPDATED:
        raise DENIED
    changes = {name: call.params[name] for name in DELIVERY_CHANGES if name in call.params}
    call.portal.tables["delivery"].update(row["ID"], **changes)
    return True


@method("sale.delivery.delete", scope="delivery", right="crm_admin", denial=DENIED)
def delete_delivery(call: Call) -> Any:
    """sale.delivery.delete."""
    call.portal.tables["delivery"].delete(_delivery(call)["ID"])
    return True


def _delivery(call: Call) -> Row:
    _demand(call, "ID")
    row = call.portal.tables["delivery"].get(call.get("ID"))
    if row is None:
        raise Refusal("ERROR_DELIVERY_NOT_FOUND", "Delivery not found")
    return row


@method("sale.cashbox.add", scope="cashbox", right="crm_admin", denial=DENIED)
def add_cashbox(call: Call) -> Any:
    """sale.cashbox.add: a register of a REST handler."""
    _demand(call, "NAME", "REST_CODE", "EMAIL")
    if _handler(call, "cashbox_handler", call.get("REST_CODE")) is None:
        raise Refusal(NO_HANDLER, "Handler not found")
    table = call.portal.tables["cashbox"]
    with call.world.lock:
        row = dict(next(iter(table))) | {
            "ID": table.next_id(),
            "ACTIVE": "N",
            "SORT": 100,
            "USE_OFFLINE": "N",
        }
        row |= {name: call.get(name) for name in CASH_CHANGES if call.get(name) is not None}
        table.add(row)
    return row["ID"]


@method("sale.cashbox.update", scope="cashbox", right="crm_admin", denial=DENIED)
def update_cashbox(call: Call) -> Any:
    """sale.cashbox.update: what another application added is refused (403)."""
    row, fields = _cashbox(call), as_map(call.get("FIELDS"))
    if not fields:
        raise Refusal(CHECK, "Parameter FIELDS is not defined")
    if row["ID"] in call.portal.extra.get("foreign_cashboxes", ()):
        raise DENIED
    changes = {name: fields[name] for name in CASH_CHANGES if name in fields}
    call.portal.tables["cashbox"].update(row["ID"], **changes)
    return True


@method("sale.cashbox.delete", scope="cashbox", right="crm_admin", denial=DENIED)
def delete_cashbox(call: Call) -> Any:
    """sale.cashbox.delete."""
    call.portal.tables["cashbox"].delete(_cashbox(call)["ID"])
    return True


def _cashbox(call: Call) -> Row:
    _demand(call, "ID")
    row = call.portal.tables["cashbox"].get(call.get("ID"))
    if row is None:
        raise Refusal("ERROR_CASHBOX_NOT_FOUND", "Cashbox not found")
    return row
