"""main.eventlog.*: the event log of a portal, for administrators (api-reference/event-log)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.rest.filters import order_key
from sandbox.rest.registry import Call
from sandbox.rest.table import Row
from sandbox.rest3.errors import Refusal3, field_required
from sandbox.rest3.rest3_registry import method
from sandbox.rest3.rows import (
    LIMIT,
    check_filter,
    matches,
    ordered,
    page,
    select_fields,
    wrong_filter,
    wrong_page,
)
from sandbox.shop.event_log import event_log_of

KINDS = {"id": "int", "timestampX": "object", "userId": "int", "guestId": "int"}
# main-eventlog-field-list.md names those allowed in a filter and in an order.
FILTERABLE = ("id", "timestampX", "auditTypeId", "userId", "guestId")
FIELDS = (
    "id",
    "timestampX",
    "severity",
    "auditTypeId",
    "moduleId",
    "itemId",
    "remoteAddr",
    "userAgent",
    "requestUri",
    "siteId",
    "userId",
    "guestId",
    "description",
)
SHOWN = ("name", "type", "title", "description", "filterable", "sortable", "multiple")


@method("main.eventlog.list", scope="main", right="admin")
def list_events(call: Call) -> Any:
    """main.eventlog.list: by filter, order and page."""
    wanted = call.params.get("filter")
    check_filter(wanted, FILTERABLE)
    rows = [row for row in event_log_of(call.portal) if matches(row, wanted)]
    found = page(ordered(rows, call.params.get("order"), FILTERABLE), call.params.get("pagination"))
    return {"items": [select_fields(row, call.params.get("select")) for row in found]}


@method("main.eventlog.get", scope="main", right="admin")
def show_event(call: Call) -> Any:
    """main.eventlog.get: one record."""
    if call.params.get("id") is None:
        raise field_required("id")
    row = event_log_of(call.portal).get(call.params["id"])
    if row is None:
        raise Refusal3("ENTITYNOTFOUNDEXCEPTION", f"Запись с ID = `{call.params['id']}` не найдена")
    return {"item": select_fields(row, call.params.get("select"))}


@method("main.eventlog.tail", scope="main", right="admin")
def list_newer(call: Call) -> Any:
    """main.eventlog.tail: what came after the cursor; its field is not allowed in the filter."""
    given = call.params.get("cursor")
    cursor = given if isinstance(given, Mapping) else {}
    field, down = str(cursor.get("field", "id")), str(cursor.get("order", "ASC")).upper() == "DESC"
    wanted = call.params.get("filter")
    check_filter(wanted, FILTERABLE)
    if any(isinstance(one, list) and one[0] == field for one in wanted or []):
        raise wrong_filter(f"Cursor field {field} cannot be used at filter.")
    found = ordered(
        [row for row in event_log_of(call.portal) if _beyond(row, field, cursor, down=down)],
        {field: "DESC" if down else "ASC"},
        FILTERABLE,
    )
    shown = [row for row in found if matches(row, wanted)][: _limit(cursor)]
    return {"items": [select_fields(row, call.params.get("select")) for row in shown]}


@method("main.eventlog.field.list", scope="main", right="admin")
def list_fields(call: Call) -> Any:
    """main.eventlog.field.list: the fields of a record."""
    return {"items": [select_fields(_field(name), call.params.get("select")) for name in FIELDS]}


@method("main.eventlog.field.get", scope="main", right="admin")
def show_field(call: Call) -> Any:
    """main.eventlog.field.get: one field by its name."""
    name = call.params.get("name")
    if name is None:
        raise field_required("name")
    if name not in FIELDS:
        code = "BITRIX_REST_V3_REALISATION_EXCEPTION_FIELDNOTFOUNDEXCEPTION"
        raise Refusal3(code, f"Поле `{name}` не найдено")
    return {"item": select_fields(_field(str(name)), call.params.get("select"))}


def _field(name: str) -> Row:
    usable = name in FILTERABLE
    values = (name, KINDS.get(name, "string"), name, None, usable, usable, False)
    return dict(zip(SHOWN, values, strict=True))


def _beyond(row: Row, field: str, cursor: Mapping[str, Any], *, down: bool) -> bool:
    if field not in FILTERABLE:
        raise Refusal3("UNKNOWNDTOPROPERTYEXCEPTION", f"Неизвестное поле `{field}`")
    here, start = order_key(row[field]), order_key(cursor.get("value", 0))
    return here < start if down and cursor.get("value") else here > start


def _limit(cursor: Mapping[str, Any]) -> int:
    limit = cursor.get("limit", LIMIT)
    if not str(limit).isdigit() or int(limit) == 0:
        raise wrong_page({"limit": limit})
    return int(limit)
