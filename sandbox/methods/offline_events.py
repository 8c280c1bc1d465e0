"""event.offline.*: the queue of offline events: reading, clearing, marking errors.

Sources: the portal's source, rest 25.600; vendor's documentation, event-offline-*.md.
"""

from __future__ import annotations

from typing import Any

from sandbox import plan
from sandbox.application import OfflineEvent
from sandbox.php import truthy
from sandbox.rest.arguments import demand_text, own_installation, whole
from sandbox.rest.filters import matches, read_filter
from sandbox.rest.listing import PAGE, read_order, sort_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row

EXTENDED = {"pro", "ent", "company", "demo", "nfr"}


@method("event.offline.get", right="admin", application_only=True)
def take_events(call: Call) -> Any:
    """event.offline.get: the first rows; they are cleared, or with clear=0 kept under a process_id."""
    installation = own_installation(call)
    free = [event for event in installation.offline if not event.process_id]
    rows = _chosen(call, free)[: whole(call.get("limit")) or PAGE]
    taken = {row["MESSAGE_ID"] for row in rows}
    process_id = None
    if truthy(call.get("clear", 1)):
        installation.offline = [event for event in installation.offline if event.message_id not in taken]
    else:
        process_id = _reserve(call, [event for event in free if event.message_id in taken])
    return {"process_id": process_id, "events": rows}


@method("event.offline.list", right="admin", application_only=True)
def list_events(call: Call) -> Any:
    """event.offline.list: the queue in pages, unchanged."""
    events = {str(event.id): event for event in own_installation(call).offline}
    rows = [_marked(row, events[row["ID"]]) for row in _chosen(call, list(events.values()))]
    start = max(call.start(), 0)
    return Listing(rows[start : start + PAGE], len(rows), None, start)


@method("event.offline.clear", right="admin", application_only=True)
def clear_events(call: Call) -> Any:
    """event.offline.clear: forgets rows of a process, all of them or by message_id."""
    installation, gone = own_installation(call), _named(call)
    installation.offline = [event for event in installation.offline if event not in gone]
    return True


@method("event.offline.error", right="admin", application_only=True)
def mark_events(call: Call) -> Any:
    """event.offline.error: marks rows of a process as failed."""
    for event in _named(call):
        event.error = 1
    return True


def _named(call: Call) -> list[OfflineEvent]:
    process_id = demand_text(call, "process_id")
    rows = {str(one) for one in call.get("id") or []}
    messages = {str(one) for one in call.get("message_id") or []}
    return [
        event
        for event in own_installation(call).offline
        if event.process_id == process_id
        and (not rows or str(event.id) in rows)
        and (not messages or event.message_id in messages)
    ]


def _reserve(call: Call, events: list[OfflineEvent]) -> str:
    if call.portal.profile == "cloud" and plan.family(call.portal.plan) not in EXTENDED:
        text = "This feature is not enabled for the current license: rest_offline_extended"
        raise Refusal("WRONG_LICENSE", text, status=403)
    process_id = str(call.get("process_id") or call.world.tokens.secret(16))
    for event in events:
        event.process_id = process_id
    return process_id


def _chosen(call: Call, events: list[OfflineEvent]) -> list[Row]:
    conditions = read_filter(call.get("filter"))
    found = [event for event in events if matches(_marked(_row(event), event), conditions)]
    return sort_rows([_row(event) for event in found], read_order(call.get("order")))


def _marked(row: Row, event: OfflineEvent) -> Row:
    return {**row, "PROCESS_ID": event.process_id, "ERROR": str(event.error)}


def _row(event: OfflineEvent) -> Row:
    return {
        "ID": str(event.id),
        "TIMESTAMP_X": event.moment,
        "EVENT_NAME": event.event,
        "EVENT_DATA": event.data or False,
        "EVENT_ADDITIONAL": {"user_id": str(event.user_id)} if event.user_id else False,
        "MESSAGE_ID": event.message_id,
    }
