"""A dump of our own database comes back whole and the application starts on it; what is lost is lost as the document says."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import create_engine, func, inspect, make_url, select, text

from b24app.cli import database_dumps
from b24app.database import Base, db, portal_scope
from b24app.errors import TokenRejected
from b24app.factory import create_app
from b24app.portals.client_factory import open_client
from b24app.portals.model import Access
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, browser_of
from tests.databases import POSTGRESQL, stamp
from tests.installation import sessions_of

pytestmark = [
    pytest.mark.dialect,
    pytest.mark.skipif(
        bool(POSTGRESQL) and not shutil.which("pg_restore"), reason="PostgreSQL's own programs"
    ),
]
Open = Callable[..., Flask]


def call(app: Flask, *words: str | Path) -> Result:
    """A command of the operator, as in a process of its own."""
    return Context().run(app.test_cli_runner().invoke, args=[str(one) for one in words])


@pytest.fixture
def opened(settings: Settings, world: World) -> Iterator[Open]:
    made: list[Flask] = []

    def start(**changes: Any) -> Flask:
        app = create_app(
            settings.model_copy(update=changes),
            clock=world.clock,
            http=sessions_of(world),
            resolve=world.look_up,
        )
        made.append(app)
        return app

    yield start
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """An empty database beside the first."""
    if not POSTGRESQL:
        yield f"sqlite:///{tmp_path}/restored.sqlite3"
        return
    base, _, name = POSTGRESQL.rpartition("/")
    name = f"{name.partition('?')[0]}_restored_{os.getpid()}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as line:
        line.execute(text(f"CREATE DATABASE {name}"))
    yield f"{base}/{name}"
    with server.connect() as line:
        line.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def counts(app: Flask) -> dict[str, int]:
    with app.app_context(), db.engine.connect() as line:
        return {
            table.name: line.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.usefixtures("loss")
def test_a_dump_comes_back_and_the_application_starts_on_it(
    north: Actor, opened: Open, elsewhere: str, tmp_path: Path, world: World
):
    file = tmp_path / "app.dump"
    before = opened()
    dumped = call(before, "database", "dump", file)
    assert (dumped.exit_code, "B24APP_SEAL_KEYS" in dumped.output) == (0, True), dumped.output
    assert file.stat().st_mode & 0o777 == 0o600
    restored = opened(database_url=elsewhere)
    told = call(restored, "database", "restore", file)
    assert told.exit_code == 0, told.output
    assert "Our keys open what is sealed in it." in told.output
    assert counts(restored) == counts(before)
    assert sum(counts(before).values()) > 50
    ready = restored.test_client().get("/health/ready").json
    assert (ready["database"], ready["schema"]) == ("ok", "ok")
    page = Actor(browser_of(restored, world), north.portal).opens()
    assert page.status == 200


def test_what_was_written_after_the_restore_finds_free_numbers(
    north: Actor, opened: Open, elsewhere: str, tmp_path: Path, world: World
):
    file = tmp_path / "app.dump"
    call(opened(), "database", "dump", file)
    restored = opened(database_url=elsewhere)
    call(restored, "database", "restore", file)
    newcomer = Actor(browser_of(restored, world), world.add_portal("later.bitrix24.example")).installs()
    with restored.app_context():
        assert newcomer.portal_id != north.portal_id


def test_with_other_keys_the_restore_says_so(north: Actor, opened: Open, elsewhere: str, tmp_path: Path):
    file = tmp_path / "app.dump"
    call(opened(), "database", "dump", file)
    other = (SecretStr(Fernet.generate_key().decode()),)
    told = call(opened(database_url=elsewhere, seal_keys=other), "database", "restore", file)
    assert told.exit_code == 1
    assert "FAILED keys" in told.output


def test_nothing_is_restored_over_tables(north: Actor, opened: Open, tmp_path: Path):
    file = tmp_path / "app.dump"
    app = opened()
    call(app, "database", "dump", file)
    told = call(app, "database", "restore", file)
    assert (told.exit_code, "nothing was changed" in told.output) == (1, True)
    assert call(app, "database", "dump", file).exit_code == 1  # nor is a dump written over another


def test_a_file_that_was_cut_is_refused_and_leaves_nothing_behind(
    north: Actor, opened: Open, elsewhere: str, tmp_path: Path
):
    file, cut = tmp_path / "app.dump", tmp_path / "cut.dump"
    call(opened(), "database", "dump", file)
    whole = file.read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    told = call(opened(database_url=elsewhere), "database", "restore", cut)
    assert told.exit_code == 1, told.output
    assert "Traceback" not in told.output
    engine = create_engine(elsewhere)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_dump_of_an_earlier_schema_comes_back_and_asks_for_the_upgrade(
    north: Actor, opened: Open, elsewhere: str, tmp_path: Path, settings: Settings
):
    file = tmp_path / "earlier.dump"
    app = opened()
    with app.app_context(), db.engine.begin() as line:
        line.execute(text("DROP TABLE webhook_sending"))
        line.execute(text("DROP TABLE own_mail_server"))
        line.execute(text("UPDATE alembic_version SET version_num = '0031_standards'"))
    try:
        call(app, "database", "dump", file)
        told = call(opened(database_url=elsewhere), "database", "restore", file)
    finally:
        put_back_tables(app)
    assert told.exit_code == 0, told.output
    assert "FAILED schema: is 0031_standards" in told.output
    assert "Our keys open what is sealed in it." in told.output


def put_back_tables(app: Flask) -> None:
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.engine.begin() as line:
            stamp(line)


@pytest.mark.skipif(bool(POSTGRESQL), reason="a file")
def test_a_dump_is_taken_while_others_write(north: Actor, opened: Open, settings: Settings, tmp_path: Path):
    line = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    line.execute("INSERT INTO job_worker (id, beat, seen_at) VALUES ('unkept', 1, '2026-01-01')")
    told = call(opened(), "database", "dump", tmp_path / "app.dump")
    line.rollback()
    line.close()
    assert told.exit_code == 0, told.output
    kept = sqlite3.connect(tmp_path / "app.dump")
    assert kept.execute("SELECT count(*) FROM job_worker WHERE id = 'unkept'").fetchone() == (0,)
    kept.close()


def test_tokens_that_were_renewed_after_the_dump_are_spent_until_an_administrator_opens_the_application(
    north: Actor, opened: Open, elsewhere: str, tmp_path: Path, world: World
):
    """What the document says of every restore: the authorization server takes a refresh token once."""
    file = tmp_path / "app.dump"
    app = opened()
    call(app, "database", "dump", file)
    world.clock.advance(hours=2)
    ask_portal(app, north.portal_id)
    restored = opened(database_url=elsewhere)
    call(restored, "database", "restore", file)
    with pytest.raises(TokenRejected):
        ask_portal(restored, north.portal_id)
    assert state_of_access(restored, north.portal_id) == "revoked"
    Actor(browser_of(restored, world), north.portal).opens()
    assert state_of_access(restored, north.portal_id) == "good"
    ask_portal(restored, north.portal_id)


def ask_portal(app: Flask, portal_id: int) -> None:
    with app.app_context(), portal_scope(portal_id):
        open_client(portal_id).call("app.info")


def state_of_access(app: Flask, portal_id: int) -> str:
    with app.app_context(), portal_scope(portal_id):
        return db.session.scalars(select(Access.state).where(Access.is_master)).one()


def test_of_two_dumps_into_one_file_the_first_stays_whole(
    north: Actor, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app, file, write = opened(), tmp_path / "app.dump", database_dumps._write
    told: list[Result] = []

    def while_another_writes(part: Path) -> None:
        monkeypatch.setattr(database_dumps, "_write", write)
        told.append(call(app, "database", "dump", file))
        write(part)

    monkeypatch.setattr(database_dumps, "_write", while_another_writes)
    late = call(app, "database", "dump", file)
    assert told[0].exit_code == 0, told[0].output
    assert late.exit_code == 1
    assert "another dump" in late.output
    assert database_dumps.read_dump(file).sha256 in told[0].output
    assert [one.name for one in tmp_path.glob("app.dump*")] == ["app.dump"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://us:gr%40pe@h/base?sslmode=require",
        "postgresql+psycopg://us@h/base?sslmode=require&password=gr%40pe",
    ],
)
def test_no_password_stands_on_a_command_line(address: str, monkeypatch: pytest.MonkeyPatch):
    url, ran = make_url(address), []
    done = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(subprocess, "run", lambda words, **given: ran.append((words, given["env"])) or done)
    monkeypatch.setattr(shutil, "which", str)
    database_dumps._run_tool(["pg_dump", database_dumps._place(url)], url)
    ((words, environment),) = ran
    assert words == ["pg_dump", "postgresql://us@h/base?sslmode=require"]
    assert environment["PGPASSWORD"] == "gr@pe"


def test_the_password_of_a_key_stands_in_a_file_of_our_own_while_the_program_runs(
    monkeypatch: pytest.MonkeyPatch,
):
    url, ran = make_url("postgresql+psycopg://us@h/base?sslkey=/key&sslpassword=gr%40pe"), []

    def run(words: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        file = Path(given["env"]["PGSERVICEFILE"])
        ran.append((words, given["env"]["PGSERVICE"], file, file.read_text(), file.stat().st_mode & 0o077))
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", str)
    database_dumps._run_tool(["pg_dump", database_dumps._place(url)], url)
    ((words, service, file, text, open_to_others),) = ran
    assert words == ["pg_dump", "postgresql://us@h/base?sslkey=%2Fkey"]
    assert (service, text, open_to_others) == ("dump", "[dump]\nsslpassword=gr@pe\n", 0)
    assert not file.exists()
