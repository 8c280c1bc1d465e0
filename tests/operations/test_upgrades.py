"""An upgrade and the way back: what the last release says to a database is right for the new schema, and rows outlive the trip.

Migrations only add until the release after the next one (expand, then contract), so the old web and worker go on meanwhile.
"""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from b24app.database import db
from b24app.factory import create_app
from b24app.manifest import ROOT
from b24app.settings import Settings
from tests.databases import POSTGRESQL
from tests.operations.released_schema import last_release, present_schema, read_schema, rows_of, speak_as

pytestmark = pytest.mark.once
VERSIONS = sorted((ROOT / "migrations/versions").glob("[0-9]*.py"))
BACK_TO = "0025_copy"
TAKES_AWAY = {
    "0007_sealed_addresses": "a channel's address becomes a sealed one under the same name; release 1 has to stand still meanwhile",
    "0012_reminder_due": "why a portal is blocked stands in its own table since 0005; release 1 has to stand still meanwhile",
    "0016_results_of_runs": "facts and verdicts of runs are moved into packed rows; release 1 has to stand still meanwhile",
    "0029_bulk": "a rule of uniqueness goes, so that a client may have several steps: nothing that was written before is refused",
}
"""Migrations that do more than add, each with its reason; those after the last release may do so for what nobody reads since."""


NEEDS_A_STOP: dict[str, str] = {}
"""Tables in which the last release's worker is refused by this schema, each with the reason why it must stand still meanwhile."""


@pytest.fixture
def migrated(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that the migrations themselves have made."""
    url, server = f"sqlite:///{tmp_path}/migrated.sqlite3", None
    if POSTGRESQL:
        base, _, name = POSTGRESQL.rpartition("/")
        name = f"{name.partition('?')[0]}_migrated_{os.getpid()}"
        server, url = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT"), f"{base}/{name}"
        with server.connect() as line:
            line.execute(text(f"CREATE DATABASE {name}"))
    app = create_app(settings.model_copy(update={"database_url": url}))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        with server.connect() as line:
            line.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def open_line(engine: Engine) -> Connection:
    """A connection on which rows may stand alone: whose they are is not what is asked here."""
    line = engine.connect()
    off = (
        "PRAGMA foreign_keys = OFF"
        if engine.dialect.name == "sqlite"
        else "SET session_replication_role = replica"
    )
    line.execute(text(off))
    line.commit()
    return line


@pytest.mark.dialect
def test_what_the_last_release_says_is_right_for_this_schema(migrated: Flask):
    with open_line(db.engine) as line:
        assert set(speak_as(read_schema(last_release()), line)) == set(NEEDS_A_STOP)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("ALTER TABLE portal RENAME COLUMN plan_code TO plan", "portal"),
        ("ALTER TABLE delivery ADD COLUMN asked_by VARCHAR(20) NOT NULL{default}", "delivery"),
        ("DROP TABLE webhook_sending", "webhook_sending"),
        ("ALTER TABLE person DROP COLUMN last_tab", "person"),
    ],
    ids=["renamed", "needed", "dropped", "taken away"],
)
def test_a_migration_that_an_old_worker_stumbles_over_is_found(migrated: Flask, change: str, table: str):
    with open_line(db.engine) as line:
        needs_default = line.dialect.name == "sqlite"
        if needs_default and "{default}" in change:
            line.execute(
                text("ALTER TABLE delivery DROP COLUMN target")
            )  # SQLite adds no column that is needed
        else:
            line.execute(text(change.format(default="")))
        line.commit()
        assert set(speak_as(read_schema(last_release()), line)) == {table}


def test_a_column_with_a_default_and_a_new_table_are_no_obstacle(migrated: Flask):
    with open_line(db.engine) as line:
        line.execute(text("ALTER TABLE portal ADD COLUMN later VARCHAR(20) DEFAULT '' NOT NULL"))
        line.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
        line.commit()
        assert speak_as(read_schema(last_release()), line) == {}


@pytest.mark.dialect
def test_rows_outlive_the_way_back_and_forward_again(migrated: Flask):
    schema = read_schema(last_release())
    with open_line(db.engine) as line:
        assert speak_as(schema, line) == {}
        line.commit()
        before = rows_of(schema, line)
    downgrade(revision=BACK_TO)
    with db.engine.connect() as line:
        kept = columns_of(line, schema)
    upgrade()
    with db.engine.connect() as line:
        after = rows_of(kept, line)
    assert len(kept) > 40
    wanted = {
        table: [tuple(row[list(schema[table]).index(name)] for name in columns) for row in before[table]]
        for table, columns in kept.items()
    }
    assert after == wanted


def columns_of(line: Connection, schema: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The part of a schema that is there now."""
    seen = inspect(line)
    there = {table: {one["name"] for one in seen.get_columns(table)} for table in seen.get_table_names()}
    return {
        table: {name: kind for name, kind in columns.items() if name in there[table]}
        for table, columns in schema.items()
        if table in there
    }


def test_the_tables_of_the_last_release_are_still_those_of_the_code():
    """What the next release takes away, the one after this may drop: until then it is in the schema."""
    present = present_schema()
    gone = {
        table
        for table, columns in read_schema(last_release()).items()
        for name in columns
        if name not in present.get(table, {})
    }
    assert gone <= set(NEEDS_A_STOP)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_only_adds_or_gives_its_reason(path: Path):
    assert bool(found_in(path.read_text())) is (path.stem in TAKES_AWAY), found_in(path.read_text())


def found_in(source: str) -> list[str]:
    """What the way forward takes away, renames, or demands of rows that are there."""
    functions = [
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name != "downgrade"
    ]
    calls = [call for one in functions for call in ast.walk(one) if isinstance(call, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Attribute) and _takes_away(call, call.func.attr)
    ]


def _takes_away(call: ast.Call, name: str) -> bool:
    if name == "add_column" and isinstance(call.args[-1], ast.Call):
        named = _named(call.args[-1])
        return named.get("nullable") == "False" and "server_default" not in named
    if name == "alter_column":
        return "new_column_name" in _named(call) or _named(call).get("nullable") == "False"
    return name in {"drop_column", "drop_table", "rename_table", "drop_constraint"}


def _named(call: ast.Call) -> dict[str, str]:
    return {str(one.arg): ast.unparse(one.value) for one in call.keywords}


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('portal', 'plan_code')",
        "op.add_column('portal', sa.Column('a', sa.Integer(), nullable=False))",
        "batch.alter_column('a', new_column_name='b')",
        "op.rename_table('a', 'b')",
    ],
)
def test_the_rule_finds_what_takes_away(line: str):
    assert found_in(f"def upgrade():\n    {line}\n\ndef downgrade():\n    pass\n")
    assert not found_in(f"def upgrade():\n    pass\n\ndef downgrade():\n    {line}\n")


def test_each_reason_is_of_a_migration_that_is_there():
    names: Any = {path.stem for path in VERSIONS}
    assert set(TAKES_AWAY) <= names
