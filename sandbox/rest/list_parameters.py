"""Parameters of list methods: reading select, filter and order, and refusing unknown fields."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.rest.filters import order_key, split_prefix
from sandbox.rest.registry import Call, Listing, Refusal
from sandbox.rest.table import Table


def as_list(value: Any) -> list[Any]:
    """Read a parameter that may be a list, a PHP map or one value."""
    if isinstance(value, Mapping):
        return list(value.values())
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def as_map(value: Any) -> dict[str, Any]:
    """Read a parameter that should be a map; an empty PHP array means an empty one."""
    return dict(value) if isinstance(value, Mapping) else {}


def as_array(value: Any) -> dict[str, Any]:
    """Read a parameter as PHP's array: a JSON list is a map with the keys 0, 1, 2."""
    if isinstance(value, list | tuple):
        return {str(index): item for index, item in enumerate(value)}
    return as_map(value)


def as_number(value: Any) -> int:
    """Read a number, 0 when it is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def field_names(given: Any) -> list[str]:
    """Return names a filter or an order uses, without prefixes."""
    return [split_prefix(str(name))[1] for name in given] if isinstance(given, Mapping) else []


def demand_known(call: Call, known: Iterable[str], code: str = "ERROR_CHECK_FAILURE") -> None:
    """Refuse unknown fields of SELECT, FILTER and ORDER (the portal's source, sale module)."""
    names = {
        "select": [str(name) for name in as_list(call.get("SELECT"))],
        "filter": field_names(call.get("FILTER")),
        "order": field_names(call.get("ORDER")),
    }
    allowed = set(known)
    for part, used in names.items():
        for name in used:
            if name not in allowed and name != "*":
                raise Refusal(code, f"{name} not allowed for {part}")


def without_total(listing: Listing) -> Listing:
    """Return the whole answer as one unpaged list, for methods that neither page nor count."""
    return Listing(listing.rows, None, listing.wrap, -1)


def narrow_by_date(table: Table, given: Any, field: str) -> Any:
    """Turn bounds of a date that rises with the id into bounds of the id, so that no rows are read."""
    if not isinstance(given, Mapping) or not table.rising:
        return given
    narrowed = dict(given)
    for name, value in given.items():
        prefix, bare = split_prefix(str(name))
        key = order_key(value)
        if bare == field and prefix in BOUNDS and key[0] == 2:
            del narrowed[name]
            narrowed = _bounded(table, narrowed, prefix, _place(table, prefix, field, key))
    return narrowed


BOUNDS = {">": bisect_right, ">=": bisect_left, "<": bisect_left, "<=": bisect_right}


def _place(table: Table, prefix: str, field: str, key: tuple[int, Any]) -> int:
    def when(row_id: Any) -> tuple[int, Any]:
        row = table.get(row_id)
        return order_key(row[field] if row else None)

    return BOUNDS[prefix](table.ids, key, key=when)


def _bounded(table: Table, given: dict[str, Any], prefix: str, place: int) -> dict[str, Any]:
    ids = table.ids
    if prefix.startswith(">"):
        limit = ids[place] if place < len(ids) else ids[-1] + 1 if ids else 1
        name, value = f">={table.key}", max(limit, given.get(f">={table.key}", limit))
    else:
        limit = ids[place] if place < len(ids) else ids[-1] + 1 if ids else 1
        name, value = f"<{table.key}", min(limit, given.get(f"<{table.key}", limit))
    return given | {name: value}


def camel_keys(given: Any) -> dict[str, Any]:
    """Return a filter or an order of crm.item.* with its names in camelCase: SDKs in use send ID for id."""
    return {_camel(str(name)): value for name, value in as_map(given).items()}


def _camel(key: str) -> str:
    operator, name = split_prefix(key)
    if name != name.upper() or name.isdigit() or name.startswith("UF_"):
        return key
    first, *rest = name.lower().split("_")
    return ("" if not key.startswith(operator) else operator) + first + "".join(map(str.capitalize, rest))
