"""A fresh database for each test: a copied SQLite file, or an emptied PostgreSQL by URL."""

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text

from b24app.database import Base
from b24app.discovery import import_tables
from b24app.manifest import ROOT
from tests.asked_statements import RECORDER

POSTGRESQL = os.environ.get("B24_TEST_DATABASE", "")


event.listen(Engine, "before_cursor_execute", RECORDER.note)


@event.listens_for(Engine, "connect")
def trust_the_power(connection: Any, _record: Any) -> None:
    """A test's database need not outlive a power failure: SQLite need not wait for the disk."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")


def make_template(folders: pytest.TempPathFactory, worker: str) -> str:
    """Make the schema once: a SQLite file to copy, or a PostgreSQL database to empty."""
    if not POSTGRESQL:
        path = folders.mktemp("database") / "template.sqlite3"
        make_tables(f"sqlite:///{path}")
        return str(path)
    name = f"b24app_test_{POSTGRESQL.rpartition('/')[2].partition('?')[0]}_{worker}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    url = POSTGRESQL.rpartition("/")[0] + f"/{name}"
    make_tables(url)
    return url


def make_tables(url: str) -> None:
    import_tables()
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        stamp(connection)
    engine.dispose()


def stamp(connection: Connection) -> None:
    """Note the newest migration, as if each had been run."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    MigrationContext.configure(connection).stamp(scripts, "heads")


def empty(template: str) -> None:
    """Make the database as empty as before the first test; nobody may be connected to it."""
    (empty_server if POSTGRESQL else copy_template)(template)


def opened(template: str, clear: Callable[[], None]) -> Iterator[str]:
    """An empty database, always at the same address, so that applications can be used again."""
    if not POSTGRESQL:
        clear()
        yield f"sqlite:///{Path(template).with_name('app.sqlite3')}"
        return
    yield template
    clear()


def copy_template(template: str) -> None:
    """Lay a new file, not new content into the old one: whoever still holds that one open spoils nobody's locks."""
    path = Path(template).with_name("app.sqlite3")
    for left in path.parent.glob("app.sqlite3*"):
        left.unlink()
    shutil.copyfile(template, path)


def empty_server(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(emptying())
    engine.dispose()


@functools.cache
def emptying() -> str:
    """Empties every table and starts its ids anew; far quicker than TRUNCATE, which makes new files."""
    tables = Base.metadata.sorted_tables
    deletes = [f'DELETE FROM "{table.name}"' for table in reversed(tables)]  # noqa: S608 - our own tables
    numbered = [table.name for table in tables if "id" in table.c and table.c.id.autoincrement is not False]
    restarts = [f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in numbered]
    return ";".join(["SET LOCAL synchronous_commit = off", *deletes, *restarts])
