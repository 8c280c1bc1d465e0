"""What runs of the last release found is moved, can go back, and a move that was broken off goes on where it stood."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, column, create_engine, event, func, select, table, text

from b24app.checklist.engine.run_results import read_facts
from b24app.checklist.engine.runs import facts_of_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.model import KeptFact, RunResult
from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.settings import Settings
from tests.databases import POSTGRESQL
from tests.frozen.old_tables import OLD
from tests.frozen.rows import read_release

pytestmark = pytest.mark.dialect

BEFORE = "0012_reminder_due"
RUNS, PORTALS = 60, 3
SHAPE = {"run_fact": ("name", "value", "refusal"), "run_verdict": ("code", "level", "verdict", "judged_at")}
ALSO = ("me", "pay_system_for_orders")


def rows_of_release(name: str, key: str) -> list[dict[str, Any]]:
    rows = [row for row in read_release("version-1")[name] if row["run_id"] == 1]
    return [row for number, row in enumerate(rows) if number < 12 or row[key] in ALSO]


ROWS = {name: rows_of_release(name, keys[0]) for name, keys in SHAPE.items()}
OF_PORTAL = {
    "domain": "d", "client_endpoint": "c", "server_endpoint": "s", "application_status": "F", "application_version": 1,
    "application_code": "c", "plan_code": "p", "scopes": "[]", "language": "ru", "time_zone": "Europe/Moscow",
    "created_at": "2026-11-30T00:00:00+00:00", "status": "active",
}  # fmt: skip
OF_RUN = {
    "kind": "daily", "state": "done", "phase": "done", "asked_by_name": "", "created_at": "2026-11-30T00:00:00+00:00",
    "seen_by_admin": True, "scopes": "[]", "plan": "", "requests": 2, "counts": "{}", "complete": True, "error": "",
    "stopped_by": "",
}  # fmt: skip


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A database as the last release left it: three portals with twenty runs each, all of which saw the same."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if POSTGRESQL:
        name = f"{POSTGRESQL.rpartition('/')[2]}_moved_results"
        url = f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
    app = create_app(settings.model_copy(update={"database_url": url}))
    with app.app_context():
        upgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            fill(connection)
        yield app
        db.session.remove()
        db.engine.dispose()


def fill(connection: Connection) -> None:
    put(
        connection,
        "portal",
        [OF_PORTAL | {"id": one, "member_id": f"m{one}"} for one in range(1, PORTALS + 1)],
    )
    runs = [{"id": one, "portal_id": portal_of(one)} for one in range(1, RUNS + 1)]
    put(connection, "run", [OF_RUN | one for one in runs])
    for name, keys in SHAPE.items():
        given = [{key: as_text(row[key]) for key in keys} for row in ROWS[name]]
        for one in runs:
            put(
                connection,
                name,
                [row | {"run_id": one["id"], "portal_id": one["portal_id"]} for row in given],
            )


def portal_of(run_id: int) -> int:
    return run_id % PORTALS + 1


def as_text(value: Any) -> Any:
    if isinstance(value, dict) and "moment" in value:
        return value["moment"]
    return json.dumps(value) if isinstance(value, dict | list) else value


def put(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(table(name, *map(column, rows[0])).insert(), rows)


def rows_of(name: str, run_id: int) -> list[tuple[Any, ...]]:
    old = OLD.tables[name]
    wanted = [old.c[key] for key in SHAPE[name]]
    with db.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(*wanted).where(old.c.run_id == run_id))), key=str)


def test_runs_of_the_last_release_are_read_and_can_go_back(old: Flask) -> None:
    before = {name: rows_of(name, 7) for name in SHAPE}
    upgrade()
    with portal_scope(portal_of(7)):
        assert facts_of_run(7).of(Me) is not None
        assert len(read_facts(7)) == len(ROWS["run_fact"])
        assert verdicts_of_run(7)["pay_system_for_orders"].level is Level.PASS
        assert len(verdicts_of_run(7)) == len(ROWS["run_verdict"])
        assert db.session.scalar(select(func.count(RunResult.run_id))) == RUNS // PORTALS
        assert db.session.scalar(select(func.count(KeptFact.id))) <= len(ROWS["run_fact"])
    db.session.remove()
    downgrade(revision=BEFORE)
    assert {name: rows_of(name, 7) for name in SHAPE} == before


class BrokenOff(Exception):
    """The machine was switched off."""


@pytest.mark.parametrize(("way", "table_name"), [(upgrade, "run_result"), (downgrade, "run_verdict")])
def test_a_move_that_was_broken_off_goes_on(old: Flask, way: Any, table_name: str) -> None:
    before = {name: rows_of(name, RUNS) for name in SHAPE}
    if way is downgrade:
        upgrade()
    seen: list[str] = []

    def break_off(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith(f"INSERT INTO {table_name}"):
            seen.append(statement)
            if len(seen) == 2:
                raise BrokenOff

    event.listen(db.engine, "before_cursor_execute", break_off)
    with pytest.raises(BrokenOff):
        way(revision=BEFORE) if way is downgrade else way()
    way(revision=BEFORE) if way is downgrade else way()
    assert len(seen) > 2
    if way is upgrade:
        with portal_scope(portal_of(RUNS)):
            assert len(verdicts_of_run(RUNS)) == len(ROWS["run_verdict"])
        db.session.remove()
        downgrade(revision=BEFORE)
    assert {name: rows_of(name, RUNS) for name in SHAPE} == before
