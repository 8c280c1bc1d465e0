"""The step to whole texts of calls: rows of the release before stay readable, and the way back leaves it what it can read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import downgrade, upgrade
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.call_search import Search, read_call, search_calls
from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.settings import Settings
from tests.databases import POSTGRESQL
from tests.frozen.old_tables import migration

pytestmark = pytest.mark.dialect

STEP = migration("0035_whole_calls")
WITH_PORTALS = "0004_failed_calls"
ROWS = Path(__file__).with_name("rows_0004.sql")
BEFORE = (
    "INSERT INTO call_log (portal_id, at, method, seconds, http, error, size, request, answer) VALUES"
    " (1, '2026-11-30 06:40:00+00:00', 'profile', 0.2, 200, '', 9, '{\"a\": 1}', '{\"result\": \"before\"}')"
)
LONG = json.dumps({"result": ["слово"] * 2000}, ensure_ascii=False)


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is as the release before left it, with rows."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if POSTGRESQL:
        url = POSTGRESQL.rpartition("/")[0] + "/b24app_whole_calls"
        server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS b24app_whole_calls WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE b24app_whole_calls"))
        server.dispose()
    keys = (SecretStr(Fernet.generate_key().decode()),)
    app = create_app(settings.model_copy(update={"database_url": url, "seal_keys": keys}))
    with app.app_context():
        upgrade(revision=WITH_PORTALS)
        with db.engine.begin() as connection:
            for statement in filter(str.strip, ROWS.read_text().split(";\n")):
                connection.exec_driver_sql(statement)
            if POSTGRESQL:
                connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('call_log', 'id'), 100)")
        upgrade(revision=STEP.down_revision)
        yield app
        db.session.remove()
        db.engine.dispose()


def write() -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql(BEFORE)


def texts() -> list[tuple[str, str]]:
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT request, answer FROM call_log ORDER BY id DESC LIMIT 3")
        return [tuple(row) for row in found]


def test_rows_of_the_release_before_are_read_and_it_may_go_on_writing(old: Flask) -> None:
    write()
    upgrade(revision=STEP.revision)
    write()
    with portal_scope(1):
        found = [read_call(one.id).texts for one in search_calls(Search(text="BEFORE"))]
        assert [(one.request, one.answer) for one in found] == [('{"a": 1}', '{"result": "before"}')] * 2
        assert [one.commands for one in search_calls(Search(), limit=2)] == [(), ()]


def test_the_way_back_leaves_the_beginnings(old: Flask) -> None:
    write()
    upgrade(revision=STEP.revision)
    log = DatabaseLog(db.engine, 1)
    log.record(CallEntry(1_764_484_800, "batch", 1, 200, "", 9, '{"b": 2}', LONG, ("profile",)))
    log.record(CallEntry(1_764_484_801, "profile", 1, 200, "", 9, '{"c": 3}', "{}"))
    downgrade(revision=STEP.down_revision)
    newest, long, before = texts()
    assert newest == ('{"c": 3}', "{}")
    assert (long[0], len(long[1]), long[1][-1]) == ('{"b": 2}', 4000, "…")
    assert before == ('{"a": 1}', '{"result": "before"}')
    write()


def test_a_damaged_text_does_not_stop_the_way_back(old: Flask) -> None:
    upgrade(revision=STEP.revision)
    DatabaseLog(db.engine, 1).record(CallEntry(1_764_484_800, "profile", 1, 200, "", 9, "{}", "{}"))
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE call_log SET packed = :none WHERE packed IS NOT NULL"), {"none": b"x"}
        )
    downgrade(revision=STEP.down_revision)
    assert texts()[0] == ("", "")
