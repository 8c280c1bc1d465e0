"""Changes stored rows as another release might have written them: keys dropped, renamed, of another type, unknown codes."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table

import b24app.factory  # noqa: F401 -- it declares every table
from b24app.database import Base
from b24app.stored_values import Code, Kept
from tests.frozen.old_tables import OLD
from tests.frozen.rows import Rows

OTHER = (None, True, 7, -1.5, "another", "", [], {}, ["another"], {"another": 1}, "2026-13-45", "9" * 40)
TABLES = {**Base.metadata.tables, **OLD.tables}
Place = tuple[Any, Any]  # a dict or a list, and the key or index in it


def columns_of(kind: type[Any]) -> Iterator[tuple[Table, str]]:
    """The columns whose type is this one."""
    for table in TABLES.values():
        yield from ((table, column.name) for column in table.c if isinstance(column.type, kind))


def change_json(rows: Rows, seed: int) -> Rows:
    """Every value of every JSON column with one change somewhere inside it."""
    dice, rows = random.Random(seed), copy.deepcopy(rows)
    for table, name in columns_of(Kept):
        for row in rows.get(table.name, []):  # a table that came after the release has no rows of it
            if row.get(name) is not None:
                row[name] = _changed(row[name], dice, nullable=bool(table.c[name].nullable))
    return rows


def change_codes(rows: Rows, seed: int = 0) -> Rows:
    """Codes of another release in the columns that hold codes: in all rows, or in about half of them."""
    dice, rows = random.Random(seed), copy.deepcopy(rows)
    for table, name in (*columns_of(Code), *FREE_CODES):
        for row in rows.get(table.name, []):  # a table that came after the release has no rows of it
            if row.get(name) is not None and (not seed or dice.random() < 0.5):
                row[name] = f"x{row['id']}"[: table.c[name].type.length]
    return rows


def _changed(value: Any, dice: random.Random, *, nullable: bool) -> Any:
    holder = [value]
    places = list(_places(holder, 0))
    holder_of, key = dice.choice(places)
    dice.choice(CHANGES)(holder_of, key, dice)
    if not holder or (holder[0] is None and not nullable):
        return dice.choice(("another", 7, [], {}))
    return holder[0]


def _places(holder: Any, key: Any) -> Iterator[Place]:
    """Every place of a value, from the whole of it inwards."""
    yield holder, key
    inner = holder[key]
    keys = inner.keys() if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ()
    for one in keys:
        yield from _places(inner, one)


def _drop(holder: Any, key: Any, _dice: random.Random) -> None:
    del holder[key]


def _rename(holder: Any, key: Any, dice: random.Random) -> None:
    if isinstance(holder, dict):
        holder[f"{key}_of_another_release"] = holder.pop(key)
    else:
        _retype(holder, key, dice)


def _retype(holder: Any, key: Any, dice: random.Random) -> None:
    holder[key] = dice.choice(OTHER)


def _add(holder: Any, key: Any, dice: random.Random) -> None:
    if isinstance(holder, dict):
        holder["of_another_release"] = dice.choice(OTHER)
    else:
        holder.append(dice.choice(OTHER))


def _cut(holder: Any, key: Any, dice: random.Random) -> None:
    if isinstance(holder[key], str):
        holder[key] = holder[key][: len(holder[key]) // 2]
    else:
        _retype(holder, key, dice)


CHANGES: tuple[Callable[[Any, Any, random.Random], None], ...] = (_drop, _rename, _retype, _add, _cut)
FREE = {
    "access": ("state",), "after_step": ("step",), "channel": ("code",), "check_owner": ("target",),
    "clock": ("source", "pays_by"), "clock_history": ("action",), "date_suggestion": ("source", "state"),
    "delivery": ("channel", "state"), "fact_override": ("subject", "code", "value"), "mute": ("target",),
    "portal": ("status", "plan_code", "language"), "person": ("language", "theme"), "pulse": ("kind", "code"),
    "question_answer": ("code", "value"), "reconciliation": ("state",), "reminder": ("code", "line", "key"),
    "renewal_case": ("outcome", "plan_code", "noticed_by"), "role_person": ("role",), "run": ("kind",),
    "run_fact": ("name",), "run_verdict": ("code",), "stage_mark": ("stage",), "status_link": ("purpose",),
    "usage_point": ("code", "source"), "probe_run": ("phase",), "accepted_change": ("kind",),
    "license_profile": ("license_code",),
}  # fmt: skip
FREE_CODES = tuple((TABLES[name], column) for name, found in FREE.items() for column in found)
