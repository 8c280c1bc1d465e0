"""What an installation leaves behind: taken once per worker, put back before each test that begins with it."""

import pickle
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert, select, text

from b24app.storage import Base, db
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Installed:
    """The sandbox, our rows and the waiting jobs right after the wizard."""

    world: bytes
    rows: dict[str, list[dict[str, Any]]]
    jobs: list[bytes]

    @classmethod
    def take(cls, app: Flask, world: World) -> "Installed":
        """Copy everything as it is now."""
        rows = {}
        with db.engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                rows[table.name] = [dict(row) for row in connection.execute(select(table)).mappings()]
        return cls(pickle.dumps((world, world.traffic)), rows, _queue(app).enqueued_items())

    def open_world(self) -> World:
        """Return a sandbox of its own, with what has gone over its wire."""
        world, world.traffic = pickle.loads(self.world)  # noqa: S301 - made by ourselves a moment ago
        return world

    def put_back(self, app: Flask) -> None:
        """Write the rows into an empty database and the jobs into an empty queue."""
        with db.engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                if rows := self.rows[table.name]:
                    connection.execute(insert(table), rows)
                    _go_on_behind(connection, table.name, rows)
        for job in self.jobs:
            _queue(app).enqueue(job)


def _go_on_behind(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL counts on from what it gave out itself, not from what was put in."""
    if connection.dialect.name == "postgresql" and isinstance(last := rows[-1].get("id"), int):
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))


def _queue(app: Flask) -> Any:
    return app.extensions["services"].queue.huey.storage
