"""Rows as REST 3.0 lists them: select, logical filters, order, pages (api-reference/rest-v3.md#filter)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.rest.filters import compare
from sandbox.rest.listing import sort_rows
from sandbox.rest.table import Row
from sandbox.rest3.errors import Refusal3

OPERATORS = {"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "in": "@", "between": "><"}
LIMIT = 50
PAGING = ("page", "limit", "offset")


def select_fields(row: Row, select: Any) -> Row:
    """Pick the fields asked for; one that does not exist is left out, none at all means every field."""
    if select in (None, []):
        return dict(row)
    if not isinstance(select, list) or not all(isinstance(name, str) for name in select):
        text = f"Не удается распознать выражение select `{_written(select)}`"
        raise Refusal3("INVALIDSELECTEXCEPTION", text)
    return {name: row[name] for name in row if name in select}


def matches(row: Row, conditions: Any) -> bool:
    """Return whether a row matches a filter: a list of conditions joined by AND, groups of them joined by OR."""
    return all(_holds(row, one) for one in conditions or [])


def check_filter(conditions: Any, fields: Sequence[str]) -> None:
    """Refuse a filter that cannot be read, before any row is looked at."""
    if conditions is not None and not isinstance(conditions, list):
        raise wrong_filter(_written(conditions))
    for one in conditions or []:
        if isinstance(one, Mapping):
            check_filter(one.get("conditions"), fields)
        else:
            _check_condition(one, fields)


def wrong_filter(what: str) -> Refusal3:
    """Return the refusal of a filter."""
    return Refusal3("INVALIDFILTEREXCEPTION", f"Не удается распознать выражение фильтра `{what}`")


def ordered(rows: list[Row], order: Any, sortable: Sequence[str]) -> list[Row]:
    """Sort by the fields asked for."""
    wanted = list((order or {}).items()) if isinstance(order, Mapping | None) else [("", order)]
    if any(name not in sortable or str(way).upper() not in ("ASC", "DESC") for name, way in wanted):
        text = f"Не удается распознать параметр сортировки `{_written(order)}`"
        raise Refusal3("INVALIDORDEREXCEPTION", text)
    return sort_rows(rows, [(name, str(way).upper() == "DESC") for name, way in wanted])


def page(rows: list[Row], pagination: Any) -> list[Row]:
    """Return one page; `page` and `limit` together give the offset."""
    given = pagination if isinstance(pagination, Mapping) else {}
    named = {name: value for name, value in given.items() if name in PAGING and value is not None}
    unread = pagination is not None and not isinstance(pagination, Mapping)
    if unread or not all(_is_number(value) for value in named.values()):
        raise wrong_page(pagination)
    numbers = {name: int(value) for name, value in named.items()}
    limit = numbers.get("limit", LIMIT)
    if limit == 0:
        raise wrong_page(pagination)
    first = (numbers["page"] - 1) * limit if {"page", "limit"} <= numbers.keys() else numbers.get("offset", 0)
    return rows[max(0, first) : max(0, first) + limit]


def wrong_page(what: Any) -> Refusal3:
    """Return the refusal of a page or of the limit of a cursor."""
    text = f"Не удается распознать параметр пагинации `{_written(what)}`"
    return Refusal3("INVALIDPAGINATIONEXCEPTION", text)


def _holds(row: Row, one: Any) -> bool:
    if isinstance(one, Mapping):
        joined = any if one.get("logic") == "or" else all
        return joined(_holds(row, inner) for inner in one.get("conditions", []))
    name, operator, value = _parts(one)
    return compare(OPERATORS[operator], row[name], value)


def _parts(one: Any) -> tuple[str, str, Any]:
    """Read ["field", "operator", value] or ["field", value]."""
    if len(one) == 3:
        return str(one[0]), str(one[1]), one[2]
    return str(one[0]), "in" if isinstance(one[1], list) else "=", one[1]


def _check_condition(one: Any, fields: Sequence[str]) -> None:
    if not isinstance(one, list) or len(one) not in (2, 3):
        raise wrong_filter(_written(one))
    name, operator, _ = _parts(one)
    if operator not in OPERATORS:
        raise Refusal3("UNKNOWNFILTEROPERATOREXCEPTION", "Неизвестный оператор фильтра")
    if name not in fields:
        raise Refusal3("UNKNOWNDTOPROPERTYEXCEPTION", f"Неизвестное поле `{name}`")


def _is_number(value: Any) -> bool:
    return str(value).lstrip("-").isdigit()


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
