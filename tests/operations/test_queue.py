"""Work for later: sent after the commit, done once, repeated only when that can help; the worker stops gracefully."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from huey import MemoryHuey, PriorityRedisHuey, SqliteHuey

import b24app.jobs
from b24app.database import db
from b24app.errors import NotFound, OperationLimited, SettingsWrong, Unreachable
from b24app.jobs.queue import Job, Queue, load_jobs, open_huey
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

    jobs = [
        Job("note", note, hour="3", minute="0"),
        Job("give_up", give_up),
        Job("try_again", try_again),
        Job("rest", rest),
    ]
    queue = Queue(MemoryHuey("test", results=False))
    queue.register(app, jobs)
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


def test_the_end_of_a_savepoint_neither_sends_a_job_nor_forgets_it(queue: Queue, done: list[object]):
    queue.later("note", 7)
    with db.session.begin_nested():
        pass
    with contextlib.suppress(ValueError), db.session.begin_nested():
        raise ValueError
    assert queue.waiting() == 0
    db.session.commit()
    assert queue.waiting() == 1


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


# Names lie in queues of running installations and in rows of other rooms: none may change.
NAMES = {
    "take_event", "bind_portal", "erase_due", "perform_run", "perform_rerun", "hear_echo", "tell_checks", "restore_own",
    "restore_and_run", "perform_probe", "count_disk", "count_disks", "start_due_repeats", "start_daily_runs",
    "installed", "plan_changed", "portal_refused", "portal_back", "probe_blocked", "review_rights", "refresh_dormant",
    "tell_denied", "prune_calls", "prune_test_events", "learn_everyone", "learn_portal", "remind_everyone",
    "remind_portal", "ask_people", "try_channel", "send_notice", "send_waiting", "watch_messages", "send_due", "access_lost", "access_back", "pass_report", "reconcile",
}  # fmt: skip
SCHEDULES = {
    "erase_due": "3:20",
    "refresh_dormant": "3:40",
    "prune_calls": "3:50",
    "prune_test_events": "3:55",
    "count_disks": "2:10",
    "start_daily_runs": "4:10",
    "start_due_repeats": "*:*/5",
    "probe_blocked": "*:*/15",
    "learn_everyone": "4:30",
    "remind_everyone": "*:5",
    "send_due": "*:*",
}


def test_the_folder_holds_the_jobs_that_queues_know_by_name():
    assert set(load_jobs()) == NAMES


def test_jobs_run_by_themselves_at_their_hours():
    assert {name: f"{job.hour}:{job.minute}" for name, job in load_jobs().items() if job.hour} == SCHEDULES


def test_a_job_is_added_by_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(b24app.jobs, "__path__", [*b24app.jobs.__path__, str(tmp_path)])
    file = "from b24app.jobs.queue import Job\n\nJOBS = (Job({name!r}, print),)\n"
    (tmp_path / "added.py").write_text(file.format(name="added"))
    (tmp_path / "again.py").write_text(file.format(name="installed"))
    try:
        with pytest.raises(LookupError, match="installed"):
            load_jobs()
        (tmp_path / "again.py").unlink()
        assert set(load_jobs()) == NAMES | {"added"}
    finally:
        for name in ("added", "again"):
            sys.modules.pop(f"b24app.jobs.{name}", None)


def test_every_job_that_anybody_asks_for_exists():
    asked = re.compile(r'queue\.(?:later|at_once)\(\s*"(\w+)"')
    texts = [path.read_text(encoding="utf-8") for path in Path("b24app").rglob("*.py")]
    assert {name for text in texts for name in asked.findall(text)} <= NAMES


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


@pytest.mark.servers
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
