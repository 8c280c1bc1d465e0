"""The step to sealed addresses, with rows as the last release wrote them: there, and back again."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import downgrade, upgrade
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from b24app.database import Sealed, db
from b24app.factory import create_app
from b24app.settings import Settings
from tests.databases import POSTGRESQL

pytestmark = pytest.mark.dialect

BEFORE, AFTER = "0004_failed_calls", "0007_sealed_addresses"
HOOK = "https://hooks.shop.example/services/T1/B2/marked-secret"
# Rows as the release before left them: the body of a call with a password, a webhook's address in two tables.
ROWS = Path(__file__).with_name("rows_0004.sql")


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Flask:
    """An application whose database is as the last release left it, with rows."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if POSTGRESQL:
        url = POSTGRESQL.rpartition("/")[0] + "/b24app_sealed_addresses"
        server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS b24app_sealed_addresses WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE b24app_sealed_addresses"))
        server.dispose()
    keys = (SecretStr(Fernet.generate_key().decode()),)
    app = create_app(settings.model_copy(update={"database_url": url, "seal_keys": keys}))
    with app.app_context():
        upgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            for statement in ROWS.read_text().split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
        yield app
        db.session.remove()
        db.engine.dispose()


def rows_of(table: str, *columns: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")  # noqa: S608
        return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in found]


def test_addresses_are_sealed_and_opened_again(old: Flask) -> None:
    upgrade(revision=AFTER)
    sealed = rows_of("channel", "address")
    ring = Sealed.ring()
    assert [ring.decrypt(row[0]).decode() for row in sealed] == [HOOK, "a@shop.example", ""]
    recipients = rows_of("delivery", "recipient", "target")
    assert recipients[0][0] == "https://hooks.shop.example/***"
    assert ring.decrypt(recipients[0][1]).decode() == HOOK
    assert recipients[1] == ("a@shop.example", None)
    downgrade(revision=BEFORE)
    assert rows_of("channel", "address") == [(HOOK,), ("a@shop.example",), ("",)]
    assert rows_of("delivery", "recipient") == [(HOOK,), ("a@shop.example",)]


def test_no_old_body_of_a_call_is_left(old: Flask) -> None:
    upgrade(revision=AFTER)
    kept = rows_of("call_log", "method", "http", "error", "request", "answer")
    assert [row[:3] for row in kept] == [
        ("batch", 200, ""),
        ("profile", 400, "UnknownRefusal ***"),
        ("profile", 400, "LimitReached QUERY_LIMIT_EXCEEDED"),
    ]
    assert {row[3:] for row in kept} == {('"***"', '"***"')}


def test_the_file_itself_forgets_what_was_cleared(old: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL clears its pages by itself, later")
    upgrade(revision=AFTER)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()
    assert b"marked-secret" not in Path(db.engine.url.database).read_bytes()


def test_another_application_of_the_same_process_leaves_the_keys_of_this_one_alone(
    settings: Settings, old: Flask
) -> None:
    sealed = Sealed.ring().encrypt(b"a secret")
    create_app(settings.model_copy(update={"seal_keys": (SecretStr(Fernet.generate_key().decode()),)}))
    assert Sealed.ring().decrypt(sealed) == b"a secret"
