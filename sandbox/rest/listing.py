"""Reading a table as list methods do: filter, order, select, pages of fifty, no counting after start=-1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sandbox.rest.filters import matches, order_key, read_filter
from sandbox.rest.registry import Listing
from sandbox.rest.table import Row, Table, normal_id

PAGE = 50
Condition = tuple[str, str, Any]
Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """What is read from a table: candidate ids, conditions that need the row itself, order."""

    table: Table
    ids: list[Any]
    rest: list[Condition]
    order: list[tuple[str, bool]]
    where: Test | None
    likely: Callable[[Any], bool] | None = None
    numbers_only: bool = False

    @property
    def by_key(self) -> bool:
        """Return whether the ids alone give the order."""
        return self.table.rising and (not self.order or self.order[0][0] == self.table.key)

    @property
    def ordered_ids(self) -> list[Any]:
        """Return candidate ids in the order asked for, when `by_key` holds."""
        return self.ids[::-1] if self.order and self.order[0][1] else self.ids

    def found(self, ids: Iterable[Any]) -> Iterator[Row]:
        """Yield the rows of these ids that match the conditions."""
        for row_id in ids if self.likely is None else filter(self.likely, ids):
            row = self._row(row_id)
            if row is not None and matches(row, self.rest) and (self.where is None or self.where(row)):
                yield row

    def _row(self, row_id: Any) -> Row | None:
        """Return a row; it is not built where only the number is asked for, which newer methods show as it is."""
        if self.numbers_only and not self.table.changed(row_id):
            return {"id": row_id}
        return self.table.get(row_id)


def list_rows(
    table: Table,
    *,
    filter: Any = None,
    order: Any = None,
    select: Any = None,
    start: int = 0,
    size: int = PAGE,
    known: Iterable[str] | None = None,
    wrap: str | None = None,
    always: Sequence[str] = (),
    where: Test | None = None,
    likely: Callable[[Any], bool] | None = None,
) -> Listing:
    """Return one page; `known` names the fields a filter may use, `where` hides rows by right.

    `likely` skips ids whose rows cannot match the filter, so that they need not be built.
    """
    conditions = read_filter(filter, None if known is None else frozenset(known))
    ids, rest = _narrow(table, conditions)
    names = _names(select, always)
    query = Query(table, ids, rest, read_order(order), where, likely)
    if names == ["id"] == [table.key] and query.by_key and not rest and where is None:
        query = replace(query, numbers_only=True)
    if start < 0:
        return Listing(_pick(_first(query, size), names), None, wrap, -1, size)
    total, rows = _counted(query, start, size)
    return Listing(_pick(rows, names), total, wrap, start, size)


def read_order(given: Any) -> list[tuple[str, bool]]:
    """Read an order map into (field, descending)."""
    if not isinstance(given, Mapping):
        return []
    return [(str(name), str(way).upper().startswith("DESC")) for name, way in given.items()]


def _narrow(table: Table, conditions: list[Condition]) -> tuple[list[Any], list[Condition]]:
    bounds: list[tuple[str, float]] = []
    rest: list[Condition] = []
    for op, name, value in conditions:
        if name == table.key and (named := _named(op, value)) is not None:
            among = [row_id for row_id in sorted(named) if row_id in table]
            others = [one for one in conditions if one != (op, name, value)]
            return among, others
        bound = _bound(op, value) if name == table.key else None
        if bound is None:
            rest.append((op, name, value))
        else:
            bounds.append((op[0], bound))
    if not bounds:
        return table.ids, rest
    above = max((bound for op, bound in bounds if op == ">"), default=None)
    below = min((bound for op, bound in bounds if op == "<"), default=None)
    return table.between(above, below), rest


def _named(op: str, value: Any) -> set[int] | None:
    """Return the numbers that a condition on the id names, None where it is another condition."""
    wanted = (
        list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    )
    numbers = [normal_id(one) for one in wanted]
    if op not in ("=", "@") or not numbers or not all(type(one) is int for one in numbers):
        return None
    return set(numbers)


def _bound(op: str, value: Any) -> float | None:
    """Turn a comparison of ids into an open bound: >= 5 is > 4.5."""
    try:
        # an array, such as an unresolved reference leaves, is 1 as an id, as PHP's (int) makes it
        number = float(bool(value)) if isinstance(value, list | Mapping) else float(value)
    except (TypeError, ValueError):
        return None
    return {">": number, ">=": number - 0.5, "<": number, "<=": number + 0.5}.get(op)


def _first(query: Query, size: int) -> list[Row]:
    if query.by_key:
        ids = reversed(query.ids) if query.order and query.order[0][1] else iter(query.ids)
        return list(islice(query.found(ids), size))
    return sort_rows(query.found(query.ids), query.order)[:size]


def _counted(query: Query, start: int, size: int) -> tuple[int, list[Row]]:
    if query.by_key and not query.rest and query.where is None and query.likely is None:
        return len(query.ids), list(query.found(query.ordered_ids[start : start + size]))
    rows = list(query.found(query.ids))
    return len(rows), sort_rows(rows, query.order)[start : start + size]


def sort_rows(rows: Iterable[Row], wanted: list[tuple[str, bool]]) -> list[Row]:
    """Sort by several fields, the last of them first, because the sort is stable."""
    ordered = list(rows)
    for name, descending in reversed(wanted):
        ordered.sort(key=lambda row: order_key(row.get(name)), reverse=descending)
    return ordered


def _names(select: Any, always: Sequence[str]) -> list[str] | None:
    """Return the fields to show, None for all of them."""
    names = list(select.values()) if isinstance(select, Mapping) else select
    if not isinstance(names, list | tuple) or not names or "*" in names:
        return None
    return [*always, *(name for name in names if name not in always)]


def _pick(rows: list[Row], names: list[str] | None) -> list[Row]:
    if names is None:
        return [dict(row) for row in rows]
    return [{name: row[name] for name in names if name in row} for row in rows]
