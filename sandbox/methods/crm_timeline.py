"""crm.timeline.comment.add, crm.timeline.logmessage.*, crm.activity.todo.add: what is written into a timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.methods.crm_item import TABLES, allowed
from sandbox.methods.refusals import CRM_CLOSED
from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.formats import iso
from sandbox.shop.new_orders import table_now
from sandbox.shop.relations import relation_table, type_of

NO_OWNER = Refusal("OWNER_NOT_FOUND", "Владелец элемента не найден")
NO_TEXT = Refusal("INVALID_ARG_VALUE", "Пустой коментарий")
WRONG_DATE = Refusal("WRONG_DATETIME_FORMAT", "Некорректный формат даты")
LOG_PAGE = 10
_ACTIVITY: Row = {
    "PROVIDER_GROUP_ID": None, "ASSOCIATED_ENTITY_ID": "0", "STATUS": "1", "PRIORITY": "2", "NOTIFY_TYPE": "0", "NOTIFY_VALUE": "0",
    "DESCRIPTION_TYPE": "1", "DIRECTION": "0", "LOCATION": "", "SETTINGS": [], "ORIGINATOR_ID": None, "ORIGIN_ID": None,
    "PROVIDER_PARAMS": [], "PROVIDER_DATA": None, "RESULT_MARK": "0", "RESULT_VALUE": None, "RESULT_SUM": None,
    "RESULT_CURRENCY_ID": None, "RESULT_STATUS": "0", "RESULT_STREAM": "0", "RESULT_SOURCE_ID": None, "AUTOCOMPLETE_RULE": "0",
}  # fmt: skip


@method("crm.timeline.comment.add", scope="crm")
def add_comment(call: Call) -> int:
    """crm.timeline.comment.add: takes `fields` in lower case only and answers with the number; the author is who calls."""
    fields = as_map(call.params.get("fields"))
    _demand(fields, "ENTITY_ID", "ENTITY_TYPE", "COMMENT")
    if not str(fields["COMMENT"]).strip():
        raise NO_TEXT
    _owner(call, type_of(fields["ENTITY_TYPE"]), fields["ENTITY_ID"])
    row = {name: str(fields[name]) for name in ("ENTITY_ID", "ENTITY_TYPE")}
    row |= {
        "CREATED": iso(call.portal.now()),
        "COMMENT": str(fields["COMMENT"]),
        "AUTHOR_ID": str(call.user.id),
    }
    table = relation_table(call.portal, "comment")
    with call.world.lock:
        new = table.next_id()
        table.add({"ID": str(new), **row})
    return new


@method("crm.timeline.logmessage.add", scope="crm")
def add_log_message(call: Call) -> Any:
    """crm.timeline.logmessage.add: a line of the timeline without a task in it."""
    fields = as_map(call.get("fields"))
    _demand(fields, "entityTypeId", "entityId", "title", "text", "iconCode")
    _owner(call, as_number(fields["entityTypeId"]), fields["entityId"])
    table = relation_table(call.portal, "log_message")
    shown = {name: str(fields[name]) for name in ("title", "text", "iconCode")}
    with call.world.lock:
        row = {"id": table.next_id(), "created": iso(call.portal.now()), "authorId": call.user.id, **shown}
        hidden = {name: str(fields[name]) for name in ("entityTypeId", "entityId")}
        table.add(row | hidden)
    return {"logMessage": row}


@method("crm.timeline.logmessage.list", scope="crm")
def list_log_messages(call: Call) -> Listing:
    """crm.timeline.logmessage.list: of one item, ten on a page, the newest first."""
    kind, owner = as_number(call.get("entityTypeId")), str(call.get("entityId") or "")
    _owner(call, kind, owner)
    listing = list_rows(
        relation_table(call.portal, "log_message"),
        filter={"entityTypeId": str(kind), "entityId": owner},
        order=call.get("order") or {"id": "desc"},
        start=max(call.start(), 0),
        size=LOG_PAGE,
    )
    for row in listing.rows:
        row.pop("entityTypeId")
        row.pop("entityId")
    return listing


@method("crm.activity.todo.add", scope="crm")
def add_todo(call: Call) -> Any:
    """crm.activity.todo.add: a task of the card with a deadline."""
    given = {name: call.get(name) for name in ("ownerTypeId", "ownerId", "deadline")}
    _demand(given, *given)
    kind, owner = as_number(given["ownerTypeId"]), str(given["ownerId"])
    _owner(call, kind, owner)
    responsible = str(call.get("responsibleId") or call.user.id)
    row = _todo_row(call, _moment(call, str(given["deadline"]))) | {
        "OWNER_ID": owner, "OWNER_TYPE_ID": str(kind), "RESPONSIBLE_ID": responsible,
    }  # fmt: skip
    table = relation_table(call.portal, "activity")
    with call.world.lock:
        new = table.next_id()
        table.add({"ID": str(new), **row})
    return {"id": new}


def _todo_row(call: Call, deadline: str) -> Row:
    now = iso(call.portal.now())
    me = str(call.user.id)
    return {
        **_ACTIVITY,
        "TYPE_ID": "6",
        "PROVIDER_ID": "CRM_TODO",
        "PROVIDER_TYPE_ID": "TODO",
        "SUBJECT": str(call.get("title") or ""),
        "DESCRIPTION": str(call.get("description") or ""),
        "CREATED": now,
        "LAST_UPDATED": now,
        "START_TIME": deadline,
        "END_TIME": deadline,
        "DEADLINE": deadline,
        "COMPLETED": "N",
        "AUTHOR_ID": me,
        "EDITOR_ID": me,
    }


def _moment(call: Call, text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WRONG_DATE from None
    zone = call.portal.now().tzinfo
    return iso(found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone))


def _demand(fields: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if fields.get(name) in (None, "")]
    if missing:
        raise Refusal("100", f"Could not find value for parameter {{{missing[0]}}} (internal error)")


def _owner(call: Call, kind: int, owner: Any) -> None:
    """Refuse an owner that is not there, and a person who may not change it."""
    name = TABLES.get(kind)
    if name is None or table_now(call.portal, name).get(owner) is None:
        raise NO_OWNER
    if not allowed(call, "crm_write"):
        raise CRM_CLOSED
