"""Work for later: sent after the commit, done once, repeated only when that can help; the worker stops gracefully."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from huey import MemoryHuey, PriorityRedisHuey, SqliteHuey

from b24app.database import db
from b24app.errors import NotFound, OperationLimited, SettingsWrong, Unreachable
from b24app.jobs.catalogue import DAILY, JOBS
from b24app.jobs.queue import Queue, open_huey
from b24app.services import services

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def done() -> list[object]:
    return []


@pytest.fixture
def queue(app: Flask, done: list[object]) -> Queue:
    """A queue with a job that works, one that cannot, and one that may later."""

    def note(thing: object) -> None:
        done.append(thing)

    def give_up() -> None:
        raise NotFound

    def try_again() -> None:
        raise Unreachable

    def rest() -> None:
        raise OperationLimited(reset_at=services().clock.now() + timedelta(minutes=8))

    jobs = {"note": note, "give_up": give_up, "try_again": try_again, "rest": rest}
    queue = Queue(MemoryHuey("test", results=False))
    queue.register(app, jobs, {"note": ("0", "3")})
    return queue


def work(queue: Queue) -> None:
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)


def test_a_job_is_sent_after_the_commit(queue: Queue, done: list[object]):
    queue.later("note", 7)
    work(queue)
    assert done == []
    db.session.commit()
    work(queue)
    assert done == [7]


def test_a_job_of_a_failed_request_is_never_sent(queue: Queue, done: list[object]):
    queue.later("note", 7)
    db.session.rollback()
    db.session.commit()
    work(queue)
    assert done == []


def test_a_job_for_later_waits_for_its_time(queue: Queue, done: list[object]):
    queue.later("note", 7, delay=60)
    db.session.commit()
    work(queue)
    assert (done, queue.huey.scheduled_count()) == ([], 1)


def test_an_unknown_job_is_named(queue: Queue):
    with pytest.raises(LookupError, match="nothing"):
        queue.later("nothing")


def test_only_what_may_help_is_repeated(queue: Queue):
    queue.at_once("give_up")
    queue.at_once("try_again")
    work(queue)
    assert queue.huey.scheduled_count() == 1


def test_every_daily_job_is_a_job():
    assert set(DAILY) <= set(JOBS)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory://", MemoryHuey),
        ("sqlite:///{folder}/deep/queue.sqlite3", SqliteHuey),
        ("redis://localhost:6379/0", PriorityRedisHuey),
    ],
)
def test_the_address_chooses_the_kind_of_queue(tmp_path: Path, url: str, kind: type):
    assert isinstance(open_huey(url.format(folder=tmp_path)), kind)


def test_an_unknown_kind_of_queue_is_refused():
    with pytest.raises(SettingsWrong, match="amqp"):
        open_huey("amqp://x")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "B24APP_PUBLIC_URL": "https://renewal.example",
        "B24APP_CLIENT_ID": "local.1",
        "B24APP_CLIENT_SECRET": "s",
        "B24APP_SECRET_KEY": "k" * 32,
        "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
        "B24APP_DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite3",
        "B24APP_QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite3",
    }


def test_the_worker_stops_gracefully_when_told(environment: dict[str, str]):
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "worker"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        started = next((line for line in worker.stderr if "Huey consumer started" in line), "")
        worker.send_signal(signal.SIGTERM)
        assert (bool(started), worker.wait(timeout=30)) == (True, 0)
    finally:
        worker.kill()
        worker.stderr.close()
