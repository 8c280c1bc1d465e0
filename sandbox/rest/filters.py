"""Filter prefixes of list methods and how values are compared (list-methods-pecularities.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sandbox.rest.table import Row

PREFIX = re.compile(r"^(!=%|!%=|>=|<=|!@|=%|%=|!%|!=|><|>|<|@|%|=|!)?(.*)$", re.DOTALL)
TRUE = {"true", "y", "1"}
FALSE = {"false", "n", "0", ""}


class Wanted(list[Any]):
    """The values of a condition; a list with hundreds of numbers is prepared once and not for every row."""

    @cached_property
    def keys(self) -> frozenset[tuple[int, Any]]:
        """Return the keys of comparison of all values that are neither empty nor booleans."""
        return frozenset(order_key(one) for one in self if not _is_odd(one))

    @cached_property
    def odd(self) -> list[Any]:
        """Return the others, each of which has a rule of its own."""
        return [one for one in self if _is_odd(one)]


def split_prefix(key: str) -> tuple[str, str]:
    """Split ">=DATE" into (">=", "DATE")."""
    found = PREFIX.match(key)
    return (found[1] or "=", found[2]) if found else ("=", key)


def matches(row: Row, conditions: list[tuple[str, str, Any]]) -> bool:
    """Return whether a row matches every condition."""
    return all(compare(op, row.get(name), wanted) for op, name, wanted in conditions)


def read_filter(given: Any, known: frozenset[str] | None = None) -> list[tuple[str, str, Any]]:
    """Read a filter map into (operator, field, value); fields outside `known` are ignored."""
    if not isinstance(given, Mapping):
        return []
    conditions = [(*split_prefix(str(key)), _wanted(value)) for key, value in given.items()]
    return [one for one in conditions if known is None or one[1] in known]


def _wanted(value: Any) -> Any:
    return Wanted(value) if isinstance(value, list) else value


def compare(op: str, value: Any, wanted: Any) -> bool:
    """Apply one operator to a stored value."""
    if op.startswith("!"):
        return not compare(op[1:] or "=", value, wanted)
    if isinstance(value, list | tuple) and op in ("=", "@"):
        return any(compare(op, one, wanted) for one in value)
    if isinstance(wanted, Mapping):
        wanted = list(wanted.values())
    if op in ("=", "@"):
        return _among(value, wanted if isinstance(wanted, list | tuple) else [wanted])
    return OPERATORS[op](value, wanted)


def order_key(value: Any) -> tuple[int, Any]:
    """Return a key by which mixed values can be sorted: nothing, numbers, moments, text."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, float(value))
    return _text_key(value if isinstance(value, str) else str(value))


@lru_cache(maxsize=100_000)
def _text_key(value: str) -> tuple[int, Any]:
    number = _number(value)
    if number is not None:
        return (1, number)
    moment = _moment(value)
    return (2, moment) if moment is not None else (3, value.casefold())


def _is_odd(value: Any) -> bool:
    return value is None or isinstance(value, bool | list | Mapping)


def _among(value: Any, wanted: list[Any] | tuple[Any, ...]) -> bool:
    if isinstance(wanted, Wanted) and not _is_odd(value):
        return order_key(value) in wanted.keys or any(_same(value, one) for one in wanted.odd)
    return any(_same(value, one) for one in wanted)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool):
        return str(wanted).lower() in (TRUE if value else FALSE)
    if value is None or wanted is None:
        return (value in (None, "")) and (wanted in (None, "", False))
    if isinstance(wanted, bool):
        return str(value).lower() in (TRUE if wanted else FALSE)
    return order_key(value) == order_key(wanted)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def apply(value: Any, wanted: Any) -> bool:
        left, right = order_key(value), order_key(wanted)
        return value is not None and left[0] == right[0] and test(left, right)

    return apply


def _between(value: Any, wanted: Any) -> bool:
    low, high = wanted
    return compare(">=", value, low) and compare("<=", value, high)


def _contains(value: Any, wanted: Any) -> bool:
    return str(wanted).casefold() in str("" if value is None else value).casefold()


def _like(value: Any, wanted: Any) -> bool:
    pattern = "".join(".*" if part == "%" else re.escape(part) for part in re.split("(%)", str(wanted)))
    return re.fullmatch(pattern, str("" if value is None else value), re.IGNORECASE | re.DOTALL) is not None


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    "><": _between,
    "%": _contains,
    "=%": _like,
    "%=": _like,
}


def _number(value: str) -> float | None:
    try:
        return float(value) if value[:1] in "-0123456789." else None
    except ValueError:
        return None


def _moment(value: str) -> float | None:
    if value[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        return None
