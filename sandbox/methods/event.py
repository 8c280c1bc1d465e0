"""event.bind, event.unbind, event.get: binding event handlers.

Sources: the portal's source, rest 25.600; vendor's documentation, event-bind.md, event-unbind.md, event-get.md.
"""

from __future__ import annotations

from typing import Any

from sandbox import events
from sandbox.application import EventBinding
from sandbox.bindings import EVENTS, granted
from sandbox.php import truthy
from sandbox.rest.arguments import check_handler, demand_text, own_installation, whole
from sandbox.rest.registry import Call, Refusal, method


@method("events", application_only=True)
def list_events(call: Call) -> Any:
    """events: names of a scope, of the granted scopes, or all with FULL."""
    wanted = call.get("scope")
    if wanted is not None:
        return [name for name, scope in EVENTS.items() if scope == wanted]
    full = truthy(call.get("full"))
    return [name for name, scope in EVENTS.items() if full or granted(scope, call.scopes)]


@method("event.bind", application_only=True)
def bind_event(call: Call) -> Any:
    """event.bind: one handler more for an event."""
    wished = _wish(call, "binding")
    if wished.event not in EVENTS or not granted(EVENTS[wished.event], call.scopes):
        raise Refusal("ERROR_EVENT_NOT_FOUND", "Event not found")
    if not wished.offline:
        wished.handler = demand_text(call, "HANDLER")
        check_handler(wished.handler)
    options = call.get("options")
    wished.options = options if isinstance(options, dict) else {}
    bindings = own_installation(call).events
    if any(_same(wished, binding) for binding in bindings):
        raise Refusal("ERROR_CORE", "Unable to set event handler: Handler already binded")
    bindings.append(wished)
    return True


@method("event.unbind", application_only=True)
def unbind_event(call: Call) -> Any:
    """event.unbind: removes every handler that matches the given values."""
    wished = _wish(call, "unbinding")
    handler, auth = call.get("handler"), call.get("auth_type")
    user_id = wished.user_id if auth is not None or wished.user_id else None
    bindings = own_installation(call).events
    gone = [
        binding
        for binding in bindings
        if binding.event == wished.event
        and binding.offline == wished.offline
        and (not handler or binding.handler == handler)
        and (user_id is None or binding.user_id == user_id)
    ]
    for binding in gone:
        bindings.remove(binding)
    return {"count": len(gone)}


@method("event.get", application_only=True)
def list_bindings(call: Call) -> Any:
    """event.get: this application's handlers; a user who is no administrator sees his own."""
    admin = call.portal.has_right(call.user, "admin")
    bindings = own_installation(call).events
    return [_shown(binding) for binding in bindings if admin or binding.user_id == call.user.id]


@method("event.test", application_only=True)
def test_events(call: Call) -> Any:
    """event.test: sends ONAPPTEST with the parameters given (events/test-handler.md)."""
    data = {"QUERY": call.params, "LANGUAGE_ID": call.portal.lang}
    events.fire(call.portal, "ONAPPTEST", data, user=call.user, only=own_installation(call))
    return 1


def _wish(call: Call, doing: str) -> EventBinding:
    event = demand_text(call, "EVENT").upper()
    offline = str(call.get("event_type") or "online").lower() == "offline"
    user_id = whole(call.get("auth_type"))
    if not call.portal.has_right(call.user, "admin"):
        if offline:
            _refuse(f"Offline events {doing} requires administrator access rights")
        if user_id and user_id != call.user.id:
            _refuse(f"Event {doing} with AUTH_TYPE requires administrator access rights")
        user_id = call.user.id
    connector = str(call.get("auth_connector") or "") if offline else ""
    return EventBinding(call.portal.next_id(), event, "", user_id, offline, connector)


def _refuse(detail: str) -> None:
    raise Refusal("ACCESS_DENIED", f"Access denied! {detail}", status=403)


def _same(one: EventBinding, other: EventBinding) -> bool:
    def key(binding: EventBinding) -> tuple[Any, ...]:
        return (binding.event, binding.handler, binding.user_id, binding.offline, binding.connector)

    return key(one) == key(other)


def _shown(binding: EventBinding) -> dict[str, Any]:
    if binding.offline:
        return {"event": binding.event, "connector_id": binding.connector, "offline": 1}
    return {
        "event": binding.event,
        "handler": binding.handler,
        "auth_type": str(binding.user_id),
        "offline": 0,
    }
