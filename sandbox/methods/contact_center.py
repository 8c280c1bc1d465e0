"""imopenlines.*, imconnector.*, voximplant.*, mailservice.list: the contact center."""

from __future__ import annotations

from typing import Any

from sandbox.methods.refusals import DENIED
from sandbox.php import truthy
from sandbox.rest.list_parameters import as_list, as_map, as_number, narrow_by_date
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.open_line_settings import line_settings

LINE_LIMIT = 200
NO_CONNECTORS = Refusal("ACCESS_DENIED", "You dont have access to this action", status=403)


@method("imopenlines.config.list.get", scope="imopenlines")
def list_lines(call: Call) -> Any:
    """imopenlines.config.list.get: everything inside PARAMS, the queue only by OPTIONS[QUEUE]=Y."""
    params, options = as_map(call.get("PARAMS")), as_map(call.get("OPTIONS"))
    table = call.portal.tables["openline"]
    select = [str(name) for name in as_list(params.get("select"))]
    known = set().union(*table) if len(table) else set()
    if any(name not in known and name != "*" for name in select) and len(table):
        raise Refusal("INVALID_FORMAT", "Unknown field in select")
    size = min(as_number(params.get("limit")) or LINE_LIMIT, LINE_LIMIT)
    rows = list_rows(table, filter=params.get("filter"), order=params.get("order"), size=size).rows
    wanted = (set(select) - {"*"}) or known
    shown = [{k: v for k, v in row.items() if k != "QUEUE" and (k in wanted or k == "ID")} for row in rows]
    if not truthy(options.get("QUEUE")) or options.get("QUEUE") == "N":
        return shown
    return [row | _queue(call, full["QUEUE"]) for row, full in zip(shown, rows, strict=True)]


def _queue(call: Call, queue: list[int]) -> Row:
    fields = {}
    for user_id in queue:
        user = call.portal.user(user_id)
        fields[str(user_id)] = {
            "USER_NAME": user.full_name if user else "",
            "USER_WORK_POSITION": user.fields.get("WORK_POSITION") if user else None,
            "USER_AVATAR": "",
            "USER_AVATAR_ID": None,
        }
    return {"QUEUE": list(queue), "QUEUE_USERS_FIELDS": fields or [], "CONFIG_QUEUE": []}


@method("imconnector.list", scope="imopenlines|imconnector", application_only=True)
def list_connectors(call: Call) -> Any:
    """imconnector.list: code and name of every registered connector."""
    if not call.portal.has_right(call.user, "connectors"):
        raise NO_CONNECTORS
    return {row["ID"]: row["NAME"] for row in call.portal.tables["connector"]} or []


@method("imconnector.status", scope="imopenlines|imconnector", application_only=True)
def show_connector(call: Call) -> Any:
    """imconnector.status: without LINE the line is 0, and everything is false."""
    code = call.get("CONNECTOR")
    if not code:
        extra = {"argument": "CONNECTOR"}
        raise Refusal("ERROR_ARGUMENT", "Argument 'CONNECTOR' is null or empty", extra=extra)
    line = as_number(call.get("LINE"))
    row = call.portal.tables["connector"].get(code) or {"LINES": [], "ACTIVE": False, "ERROR": False}
    tied = line in row["LINES"]
    return {
        "LINE": line,
        "CONNECTOR": code,
        "ERROR": bool(row["ERROR"]) and tied,
        "CONFIGURED": tied,
        "STATUS": tied and bool(row["ACTIVE"]),
    }


@method("voximplant.line.get", scope="telephony", right="admin", denial=DENIED)
def list_phone_lines(call: Call) -> Any:
    """voximplant.line.get: LINE_ID to name."""
    return {row["LINE_ID"]: row["LINE_NAME"] for row in call.portal.tables["phone_line"]} or []


@method("voximplant.line.outgoing.get", scope="telephony", right="admin", denial=DENIED)
def show_outgoing_line(call: Call) -> str:
    """voximplant.line.outgoing.get: the default line, if it still exists."""
    line = str(call.portal.extra["outgoing_line"])
    return line if line in call.portal.tables["phone_line"] else ""


@method("voximplant.sip.connector.status", scope="telephony", right="admin", denial=DENIED)
def show_sip(call: Call) -> Any:
    """voximplant.sip.connector.status: PAID_DATE_END only when it is paid."""
    return dict(call.portal.extra["sip"])


@method("voximplant.statistic.get", scope="telephony", right="admin", denial=DENIED)
def list_calls(call: Call) -> Listing:
    """voximplant.statistic.get: FILTER, and SORT and ORDER as strings."""
    order = {str(call.get("SORT") or "ID"): str(call.get("ORDER") or "ASC")}
    table = call.portal.tables["call"]
    wanted = narrow_by_date(table, call.get("FILTER"), "CALL_START_DATE")
    return list_rows(table, filter=wanted, order=order, start=call.start())


@method("mailservice.list", scope="mailservice")
def list_mail_services(call: Call) -> Any:
    """mailservice.list: active services; none is an error, not an empty list."""
    rows = [row for row in call.portal.tables["mail_service"] if row["ACTIVE"] == "Y"]
    if not rows:
        raise Refusal("ERROR_CORE", "No active mail services")
    return rows


@method("imopenlines.config.get", scope="imopenlines")
def show_line(call: Call) -> Any:
    """imopenlines.config.get: one line with its queue. Assumption: a line that is not there is an empty answer."""
    number = as_number(call.get("CONFIG_ID"))
    if not number:
        raise Refusal("CONFIG_ID_EMPTY", "Config ID can't be empty")
    row = call.portal.tables["openline"].get(str(number))
    if row is None:
        return []
    queue = [str(one) for one in row["QUEUE"]]
    nobody = {"USER_NAME": None, "USER_WORK_POSITION": None, "USER_AVATAR": None, "USER_AVATAR_ID": "0"}
    shown = {name: value for name, value in line_settings(row).items() if name != "QUEUE"}
    if call.get("WITH_QUEUE") == "N":
        return shown
    places = {
        one: {"ID": f"{245 + place}", "SORT": f"{place}", "USER_ID": one, "DEPARTMENT_ID": "0", **nobody}
        for place, one in enumerate(queue)
    }
    people = dict.fromkeys(queue, nobody)
    return shown | {"QUEUE": queue, "QUEUE_FULL": places, "QUEUE_USERS_FIELDS": people, "QUEUE_ONLINE": "Y"}
