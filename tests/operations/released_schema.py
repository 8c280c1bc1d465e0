"""The tables of a release as one file, and what a worker of that release says to a database: one row of each table, every column.

`python -m tests.operations.released_schema` writes the present tables down when a release goes out; a file is never written again.
"""

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from b24app.database import Base, Moment, Sealed, SealedBytes
from b24app.discovery import import_tables
from b24app.manifest import ROOT

HERE = Path(__file__).parent / "schemas"
Schema = dict[str, dict[str, str]]
VALUES: dict[str, Any] = {
    "bytes": b"sealed", "moment": datetime(2026, 11, 30, 12, tzinfo=UTC), "day": date(2026, 11, 30), "yes": True,
    "number": 1, "share": 0.5, "sum": Decimal("1.5"), "json": "{}", "text": "x",
}  # fmt: skip
KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((Sealed, SealedBytes, LargeBinary), "bytes"), ((Moment, DateTime), "moment"), (Date, "day"), (Boolean, "yes"),
    (Integer, "number"), (Float, "share"), (Numeric, "sum"), (JSON, "json"), (String, "text"),
)  # fmt: skip


def read_schema(name: str) -> Schema:
    schema: Schema = json.loads((HERE / f"{name}.json").read_text())
    return schema


def last_release() -> str:
    """The newest schema that is in use somewhere."""
    return max(path.stem for path in HERE.glob("*.json"))


def present_schema() -> Schema:
    import_tables()
    return {
        table.name: {column.name: kind_of(column) for column in table.columns}
        for table in Base.metadata.sorted_tables
    }


def kind_of(column: Column[Any]) -> str:
    kept = getattr(column.type, "impl_instance", column.type)
    return next(kind for types, kind in KINDS if isinstance(column.type, types) or isinstance(kept, types))


def speak_as(schema: Schema, connection: Connection) -> dict[str, str]:
    """Write, change and read one row of each table with every column that the release knows; what the database refused."""
    refused: dict[str, str] = {}
    for table, columns in schema.items():
        values = _bound({name: VALUES[kind] for name, kind in columns.items()}, connection)
        asked = Table(table, MetaData(), *(Column(name) for name in columns))
        raw = {name: bindparam(name) for name in columns}
        for statement in (insert(asked).values(raw), update(asked).values(raw), select(asked)):
            try:
                with connection.begin_nested():
                    connection.execute(statement, {} if statement.is_select else values)
            except DBAPIError as error:
                refused.setdefault(table, str(error.orig).partition("\n")[0])
    return refused


def _bound(values: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """SQLite has no types of its own for moments, days and sums."""
    if connection.dialect.name != "sqlite":
        return values
    return {
        name: str(value) if isinstance(value, date | Decimal) else value for name, value in values.items()
    }


def rows_of(schema: Schema, connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that lies in the tables of a schema, by its columns."""
    asked = {
        table: select(Table(table, MetaData(), *map(Column, columns))) for table, columns in schema.items()
    }
    return {table: [tuple(row) for row in connection.execute(query)] for table, query in asked.items()}


if __name__ == "__main__":
    head = max(path.stem for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))
    if (HERE / f"{head}.json").exists():
        sys.exit(f"{head} is out already")
    HERE.mkdir(exist_ok=True)
    lines = [f"{json.dumps(table)}: {json.dumps(columns)}" for table, columns in present_schema().items()]
    (HERE / f"{head}.json").write_text("{" + ",\n".join(lines) + "}\n")
