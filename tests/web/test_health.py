"""Ready means: the schema is current, a write succeeds, the queue moves; each is found out, and strangers read no reason."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from b24app.database import db
from b24app.factory import create_app
from b24app.jobs.model import JobRow, WorkerRow
from b24app.settings import Settings
from b24app.web import health
from b24app.web.health import ReadyState
from sandbox.world import World
from tests.databases import POSTGRESQL
from tests.installation import sessions_of

pytestmark = pytest.mark.dialect

GOOD = {"status": "ok", "database": "ok", "schema": "ok", "queue": "ok"}
BAD = dict.fromkeys(GOOD, "failed")


@contextmanager
def application(settings: Settings, world: World, **changes: str) -> Iterator[Flask]:
    app = create_app(settings.model_copy(update=changes), clock=world.clock, http=sessions_of(world))
    yield app
    for thread in threading.enumerate():
        if thread.name == "readiness":
            thread.join(10)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ours(settings: Settings, world: World) -> Iterator[Flask]:
    with application(settings, world) as app:
        yield app


@pytest.fixture
def ask(ours: Flask) -> Callable[[], TestResponse]:
    """Ask anew: what was found a moment ago is forgotten."""

    def now() -> TestResponse:
        ours.extensions.pop("readiness", None)
        return ours.test_client().get("/health/ready")

    return now


def change(settings: Settings, statement: str) -> None:
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_live_process_says_so(visitor: FlaskClient):
    assert visitor.get("/health/live").json == {"status": "ok"}


def test_a_ready_process_names_its_parts(ask: Callable[[], TestResponse]):
    answer = ask()
    assert (answer.status_code, answer.json) == (200, GOOD)


EARLIER, LATER = "0032_client_reports", "0999_of_a_later_release"


@pytest.mark.parametrize(("version", "ready"), [(EARLIER, False), (LATER, True)])
def test_the_schema_of_an_earlier_release_is_not_ready_that_of_a_later_one_is_for_the_way_back(
    ask: Callable[[], TestResponse], settings: Settings, version: str, ready: bool
):
    kept = next(iter(health._heads()))
    change(settings, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - our own words
    try:
        answer = ask()
        bad = GOOD | {"status": "failed", "schema": "failed"}
        assert (answer.status_code, answer.json) == ((200, GOOD) if ready else (503, bad))
    finally:
        change(settings, f"UPDATE alembic_version SET version_num = '{kept}'")  # noqa: S608 - our own words
    assert ask().status_code == 200


def test_a_database_that_takes_no_write_is_not_ready(ask: Callable[[], TestResponse], ours: Flask):
    """A standby of PostgreSQL refuses as a session that only reads; a file of SQLite as one without the right to write."""
    with ours.app_context():
        engine = db.engine
    order = "SET default_transaction_read_only = on" if POSTGRESQL else "PRAGMA query_only = on"
    with reading_only(engine, order):
        answer = ask()
    assert (answer.status_code, answer.json) == (503, BAD | {"queue": "ok"})
    assert ask().status_code == 200


@contextmanager
def reading_only(engine, order: str) -> Iterator[None]:
    from sqlalchemy import event

    def close_for_writing(connection, _record) -> None:
        cursor = connection.cursor()
        cursor.execute(order)
        cursor.close()
        connection.commit()

    engine.dispose()
    event.listen(engine, "connect", close_for_writing)
    try:
        yield
    finally:
        event.remove(engine, "connect", close_for_writing)
        engine.dispose()


@pytest.mark.skipif(bool(POSTGRESQL), reason="a file")
def test_a_file_that_may_only_be_read_is_not_ready(settings: Settings, world: World, tmp_path: Path):
    kept = tmp_path / "kept.sqlite3"
    kept.write_bytes(Path(settings.database_url.removeprefix("sqlite:///")).read_bytes())
    url = f"sqlite:///file:{kept}?mode=ro&immutable=1&uri=true"
    with application(settings, world, database_url=url) as app:
        answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["database"]) == (503, "failed")


def test_a_writer_that_holds_the_lock_for_long_is_found_out_soon(
    ask: Callable[[], TestResponse], settings: Settings
):
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
        began = time.monotonic()
        assert ask().json["database"] == "failed"
        assert time.monotonic() - began < 4
    engine.dispose()


@pytest.mark.parametrize(
    ("waits", "beat", "word"),
    [(3, None, BAD), (3, 3, BAD), (3, 1, GOOD), (1, None, GOOD), (-60, None, GOOD), (60 * 24, 0, GOOD)],
    ids=[
        "no worker",
        "a dead worker",
        "a busy worker",
        "not for long",
        "not due",
        "behind a worker for a day",
    ],
)
def test_ready_asks_whether_due_jobs_have_a_worker(
    ask: Callable[[], TestResponse], ours: Flask, waits: int, beat: int | None, word: dict[str, str]
):
    now = ours.extensions["services"].clock.now()
    with ours.app_context():
        due = now - timedelta(minutes=waits)
        db.session.add(
            JobRow(name="prune_calls", key="prune_calls", lane="nightly", asked_at=due, due_at=due)
        )
        if beat is not None:
            db.session.add(WorkerRow(id="there", seen_at=now - timedelta(minutes=beat)))
        db.session.commit()
    answer = ask()
    assert answer.status_code == (200 if word is GOOD else 503)
    assert answer.json == GOOD | {part: word[part] for part in ("status", "queue")}


@pytest.mark.enable_socket
def test_a_database_out_of_reach_is_not_ready_and_names_nothing(settings: Settings, world: World):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://nobody@127.0.0.1:{closed.getsockname()[1]}/none"
        with application(settings, world, database_url=url) as app:
            answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json) == (503, BAD)


@pytest.mark.enable_socket
def test_a_database_that_says_nothing_holds_no_thread_for_long(settings: Settings, world: World):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(20)
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        with application(settings, world, database_url=url) as app:
            began = time.monotonic()
            answer = app.test_client().get("/health/ready")
            assert (answer.status_code, time.monotonic() - began < 4) == (503, True)
            silent.close()


def test_many_askers_cause_one_look():
    looks: list[float] = []

    def look() -> dict[str, bool]:
        looks.append(time.monotonic())
        time.sleep(0.1)
        return {"database": True}

    readiness = ReadyState(look)
    threads = [threading.Thread(target=readiness.parts) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert readiness.parts() == {"database": True}
    assert len(looks) == 1


def test_a_look_that_hangs_is_not_repeated_and_answers_nothing_good(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    going_on, looks = threading.Event(), []

    def look() -> dict[str, bool]:
        looks.append(1)
        going_on.wait(10)
        return {"database": True}

    readiness = ReadyState(look)
    assert [readiness.parts(), readiness.parts()] == [{}, {}]
    going_on.set()
    time.sleep(0.1)
    assert (readiness.parts(), len(looks)) == ({"database": True}, 1)
