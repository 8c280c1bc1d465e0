"""placement.*: binding widgets to placements.

Sources: the portal's source, rest 25.600; vendor's documentation, placement-bind.md.
"""

from __future__ import annotations

from typing import Any

from sandbox.application import Installation, PlacementBinding
from sandbox.bindings import PLACES, Place, granted
from sandbox.php import truthy
from sandbox.rest.arguments import check_handler, demand_text, own_installation, whole
from sandbox.rest.registry import Call, Raw, Refusal, method

TEXTS = ("TITLE", "DESCRIPTION", "GROUP_NAME")


@method("placement.list", scope="placement", application_only=True)
def list_placements(call: Call) -> Any:
    """placement.list: codes of a scope, of the granted scopes, or all with FULL."""
    wanted = call.get("scope")
    if wanted is not None:
        return [code for code, place in PLACES.items() if place.scope == wanted]
    full = truthy(call.get("full"))
    return [code for code, place in PLACES.items() if full or granted(place.scope, call.scopes)]


@method("placement.get", scope="placement", right="admin", application_only=True)
def list_bindings(call: Call) -> Any:
    """placement.get: this application's widgets."""
    return [
        {
            "placement": binding.placement,
            "userId": binding.user_id,
            "handler": binding.handler,
            "options": binding.options or [],
            "title": binding.title,
            "description": binding.description,
            "langAll": binding.lang_all or [],
        }
        for binding in own_installation(call).placements
    ]


@method("placement.bind", scope="placement", right="admin", application_only=True)
def bind_placement(call: Call) -> Any:
    """placement.bind: true, or a refusal; some of the refusals come with HTTP 200."""
    code, handler = demand_text(call, "PLACEMENT").upper(), demand_text(call, "HANDLER")
    check_handler(handler)
    place = PLACES.get(code)
    if place is None or not granted(place.scope, call.scopes):
        raise Refusal("ERROR_PLACEMENT_NOT_FOUND", "Placement not found")
    installation, user_id = own_installation(call), whole(call.get("USER_ID"))
    wrong = _wrong(call, place, code, installation, user_id)
    if wrong is not None:
        return wrong
    if any((b.placement, b.handler, b.user_id) == (code, handler, user_id) for b in installation.placements):
        raise Refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded")
    installation.placements.append(_binding(call, place, code, handler, user_id))
    return True


@method("placement.unbind", scope="placement", right="admin", application_only=True)
def unbind_placement(call: Call) -> Any:
    """placement.unbind: the count rises twice per removed row, as in the source."""
    code = demand_text(call, "PLACEMENT").upper()
    handler, user_id = call.get("HANDLER"), call.get("USER_ID")
    bindings = own_installation(call).placements
    gone = [
        binding
        for binding in bindings
        if binding.placement == code
        and (not handler or binding.handler == handler)
        and (user_id in (None, "") or binding.user_id == whole(user_id))
    ]
    for binding in gone:
        bindings.remove(binding)
    return {"count": 2 * len(gone)}


def _wrong(call: Call, place: Place, code: str, installation: Installation, user_id: int) -> Raw | None:
    """Return the refusals that a portal sends with HTTP 200."""
    options = call.get("OPTIONS")
    given = options if isinstance(options, dict) else {}
    taken = sum((b.placement, b.user_id) == (code, user_id) for b in installation.placements)
    if any(not given.get(name) for name in place.required):
        return _error("EMPTY_ERROR_HANDLER_URL", "Error handler URL is empty")
    if place.max_count and taken >= place.max_count:
        return _error("ERROR_PLACEMENT_MAX_COUNT", f"Placement max count: {place.max_count}")
    if user_id and not place.user_mode:
        return _error("ERROR_PLACEMENT_USER_MODE", "User mode is not available.")
    return None


def _error(code: str, text: str) -> Raw:
    return Raw({"error": code, "error_description": text})


def _binding(call: Call, place: Place, code: str, handler: str, user_id: int) -> PlacementBinding:
    options = call.get("OPTIONS")
    kept = {k: v for k, v in options.items() if k in place.options} if isinstance(options, dict) else {}
    lang_all = _lang_all(call)
    shown = lang_all.get(call.portal.lang) or next(iter(lang_all.values()))
    return PlacementBinding(
        id=call.portal.next_id(),
        placement=code,
        handler=handler,
        user_id=user_id,
        options=kept,
        title=shown["TITLE"],
        description=shown["DESCRIPTION"],
        lang_all=lang_all,
    )


def _lang_all(call: Call) -> dict[str, dict[str, str]]:
    """Return the titles by language; without any, the application's name."""
    name = call.card.title if call.card else ""
    given = call.get("LANG_ALL")
    if isinstance(given, dict) and given:
        return {str(lang): _texts(words, name) for lang, words in given.items()}
    return {call.portal.lang: _texts(call.params, name)}


def _texts(words: Any, name: str) -> dict[str, str]:
    found = {str(key).upper(): value for key, value in words.items()} if isinstance(words, dict) else {}
    texts = {key: str(found.get(key) or "") for key in TEXTS}
    return {**texts, "TITLE": texts["TITLE"] or name}
