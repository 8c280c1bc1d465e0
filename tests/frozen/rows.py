"""Rows of a release as one file: what every table held, without secrets; and how they are put back.

`python -m tests.frozen.rows` writes the rows of the present code into `<version>.json` beside this file. Once a release
is out its file is never written again: it is what that release has left in the databases of its users.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from b24app.database import Base
from b24app.discovery import import_tables
from tests.contents import go_on_behind
from tests.frozen.old_tables import move

import_tables()  # Base.metadata is read while the tests are collected
HERE = Path(__file__).parent
SEALED = {("access", "access_token"), ("access", "refresh_token"), ("portal", "application_token")}
LEFT_OUT = {"call_log": 3, "event_in": 1}  # of these tables a few rows tell enough
Rows = dict[str, list[dict[str, Any]]]


def releases() -> list[str]:
    """The releases whose rows are kept."""
    return sorted(path.stem for path in HERE.glob("*.json"))


def read_release(name: str) -> Rows:
    """The rows of one release as they were written down."""
    rows: Rows = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def write_release(name: str, engine: Engine) -> None:
    """Write down every row that lies in the database."""
    with engine.connect() as connection:
        rows = {table.name: list(_taken(connection, table)) for table in Base.metadata.sorted_tables}
    lines = [f"{json.dumps(name)}: [\n{_lines(found)}\n]" for name, found in rows.items()]
    (HERE / f"{name}.json").write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


def _taken(connection: Connection, table: Table) -> Iterable[dict[str, Any]]:
    found = connection.execute(select(table).order_by(*table.primary_key)).mappings().all()
    for row in found[: LEFT_OUT.get(table.name)]:
        yield {name: _plain(table.name, name, value) for name, value in row.items()}


def _plain(table: str, column: str, value: Any) -> Any:
    """A value as JSON; what is sealed and secret is named only, to be sealed anew when it is put back."""
    if (table, column) in SEALED:
        return None if value is None else "secret"
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"sum": str(value)}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
    return value


def put_back(rows: Rows, engine: Engine, secrets: Mapping[tuple[str, str, Any], Any]) -> None:
    """Put the rows in the place of all others; secrets come from the portal that they are tried with."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        for table in Base.metadata.sorted_tables:
            given = _fill(connection, table, rows, secrets)
            if given and connection.dialect.name == "postgresql":
                go_on_behind(connection, table.name, given)
        move(connection, lambda table: _fill(connection, table, rows, secrets))


def _fill(
    connection: Connection, table: Table, rows: Rows, secrets: Mapping[tuple[str, str, Any], Any]
) -> list[dict[str, Any]]:
    given = [_given(table, row, secrets) for row in rows.get(table.name, [])]
    if given:
        connection.execute(insert(table), given)
    return given


def _given(
    table: Table, row: Mapping[str, Any], secrets: Mapping[tuple[str, str, Any], Any]
) -> dict[str, Any]:
    """A row for this database; a column that came later gets what its migration gives it: nothing or its default."""
    who = row.get("user_id", row.get("id"))
    return {
        name: secrets.get((table.name, name, who), _value(value))
        for name, value in row.items()
        if name in table.c
    }


def _value(value: Any) -> Any:
    match value:
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case {"sum": text}:
            return Decimal(text)
        case {"bytes": text}:
            return base64.b64decode(text)
    return value
