"""What lies in our database at one moment, and how it is put back: SQLite's file, or PostgreSQL's rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import Connection, Engine, insert, select, text

from b24app.database import Base


class Contents(Protocol):
    """Everything in a database at one moment."""

    def put_back(self, engine: Engine) -> None:
        """Write it into an empty database to which nobody is connected yet."""


def contents_of(engine: Engine) -> Contents:
    """Copy everything as it is now."""
    return (File if engine.dialect.name == "sqlite" else Rows).read(engine)


@dataclass(frozen=True, slots=True)
class File:
    """A database of SQLite, whole."""

    data: bytes

    @classmethod
    def read(cls, engine: Engine) -> Self:
        with engine.connect() as connection:
            return cls(connection.connection.driver_connection.serialize())

    def put_back(self, engine: Engine) -> None:
        Path(engine.url.database).write_bytes(self.data)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of every table."""

    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, engine: Engine) -> Self:
        rows = {}
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                wanted = select(table).order_by(*table.primary_key)
                rows[table.name] = [dict(row) for row in connection.execute(wanted).mappings()]
        return cls(rows)

    def put_back(self, engine: Engine) -> None:
        with engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                if rows := self.rows[table.name]:
                    connection.execute(insert(table), rows)
                    go_on_behind(connection, table.name, rows)


def go_on_behind(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL counts on from what it gave out itself, not from what was put in."""
    if isinstance(last := rows[-1].get("id"), int):
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))
