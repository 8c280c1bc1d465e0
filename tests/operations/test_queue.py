"""Asking for work: a job exists when the transaction that asked for it commits; one of a kind waits, and nobody's data lies in it."""

import contextlib
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import b24app.jobs
from b24app.database import db
from b24app.errors import NotFound, OperationLimited, Unreachable
from b24app.jobs import ledger
from b24app.jobs.execution import carry_out, do_due
from b24app.jobs.job import Job, Lane, load_jobs
from b24app.jobs.model import FAILED, JobRow, ScheduleRow
from b24app.jobs.queue import Queue, QueueStalled
from sandbox.world import World
from tests.actors import Actor
from tests.jobs import a_queue, claim_next, jobs_of

pytestmark = pytest.mark.dialect

Done = list[object]


@pytest.fixture
def done() -> Done:
    return []


@pytest.fixture
def queue(app: Flask, done: Done) -> Queue:
    return a_queue(app, Job("note", done.append), Job("look", noting(done), heavy=True))


def test_a_job_exists_when_its_transaction_commits(queue: Queue, done: Done, app: Flask):
    queue.later("note", 7)
    db.session.commit()
    assert (do_due(app, queue.jobs), done) == (1, [7])


def test_a_job_of_a_failed_request_never_existed(queue: Queue, done: Done, app: Flask):
    queue.later("note", 7)
    db.session.rollback()
    db.session.commit()
    assert (do_due(app, queue.jobs), done) == (0, [])


def test_a_job_asked_for_in_a_savepoint_goes_with_it(queue: Queue, done: Done, app: Flask):
    queue.later("note", 7)
    with contextlib.suppress(ValueError), db.session.begin_nested():
        queue.later("note", 8)
        raise ValueError
    db.session.commit()
    assert (do_due(app, queue.jobs), done) == (1, [7])


def test_a_job_for_later_waits_for_its_time(queue: Queue, done: Done, app: Flask, world: World):
    queue.later("note", 7, delay=60)
    db.session.commit()
    assert do_due(app, queue.jobs) == 0
    world.clock.advance(seconds=60)
    assert do_due(app, queue.jobs) == 1


def test_an_unknown_job_is_named(queue: Queue):
    with pytest.raises(LookupError, match="nothing"):
        queue.later("nothing")


def test_one_job_of_a_key_waits_however_often_it_is_asked_for(queue: Queue, done: Done, app: Flask):
    for delay in (60, 0, 30):
        queue.later("note", 7, delay=delay)
        db.session.commit()
    assert (queue.waiting(), do_due(app, queue.jobs), done) == (1, 1, [7])


def test_a_person_who_asks_for_nightly_work_takes_it_out_of_the_night(queue: Queue):
    queue.later("note", 7, lane=Lane.NIGHTLY)
    queue.later("note", 7, lane=Lane.PEOPLE)
    queue.later("note", 7, lane=Lane.NIGHTLY)
    db.session.commit()
    assert [row.lane for row in jobs_of("note")] == [Lane.PEOPLE]


def test_asked_for_while_it_runs_it_runs_once_more(queue: Queue, done: Done, app: Flask):
    queue.later("note", 7)
    db.session.commit()
    running = claim_next()
    for _ in range(2):
        queue.later("note", 7)
        db.session.commit()
    assert claim_next() is None, "two of one key ran at the same time"
    carry_out(queue.jobs, running)
    assert (do_due(app, queue.jobs), done) == (1, [7, 7])


def test_one_heavy_job_runs_in_a_portal_at_a_time(
    north: Actor, south: Actor, app: Flask, done: Done, run_jobs: Callable[[], int]
):
    run_jobs()
    queue = a_queue(app, *(Job(name, noting(done), heavy=True) for name in ("walk", "look")))
    for name in ("walk", "look"):
        queue.later(name, north.portal_id)
    queue.later("look", south.portal_id)
    db.session.commit()
    first, second, third = claim_next(), claim_next(), claim_next()
    assert (first.portal_id, second.portal_id, third) == (north.portal_id, south.portal_id, None)
    carry_out(queue.jobs, first)
    assert claim_next().name == "look"


def test_what_fails_for_good_ends_at_once_and_its_row_is_told(app: Flask):
    told: list[object] = []
    queue = a_queue(app, Job("give_up", raising(NotFound), failed=lambda *words: told.append(words)))
    queue.later("give_up", 5)
    db.session.commit()
    do_due(app, queue.jobs)
    assert ([row.state for row in jobs_of("give_up")], told) == ([FAILED], [(NotFound.public, 5)])


def test_what_may_help_is_tried_five_times_with_growing_pauses(app: Flask, world: World):
    told: list[object] = []
    queue = a_queue(app, Job("try_again", raising(Unreachable), failed=lambda *words: told.append(words)))
    queue.later("try_again")
    db.session.commit()
    pauses = []
    while do_due(app, queue.jobs) and not told:
        pauses.append((jobs_of("try_again")[0].due_at - world.clock.now()).total_seconds())
        world.clock.advance(seconds=pauses[-1])
    assert [30 * 2**n <= pause <= 33 * 2**n for n, pause in enumerate(pauses)] == [True] * 4
    assert told == [(Unreachable.public,)]


def test_a_limited_method_is_waited_for_without_counting_as_a_failure(app: Flask, world: World):
    reset = world.clock.now() + timedelta(minutes=8)

    def rest() -> None:
        raise OperationLimited(reset_at=reset)

    queue = a_queue(app, Job("rest", rest))
    queue.later("rest")
    db.session.commit()
    do_due(app, queue.jobs)
    row = jobs_of("rest")[0]
    assert (row.due_at, row.attempts) == (reset, 0)


def test_a_job_of_another_release_waits_for_a_worker_that_knows_it(
    queue: Queue, app: Flask, done: Done, world: World
):
    queue.later("note", 7)
    db.session.commit()
    assert do_due(app, {}) == 1
    world.clock.advance(minutes=6)
    assert (do_due(app, queue.jobs), done) == (1, [7])


def test_due_jobs_without_a_living_worker_are_told(queue: Queue, world: World):
    queue.later("note", 7)
    db.session.commit()
    queue.check()
    world.clock.advance(minutes=3)
    with pytest.raises(QueueStalled):
        queue.check()
    ledger.enter("a worker", world.clock.now())
    queue.check()


def test_schedules_that_stand_are_told_though_nothing_is_due(queue: Queue, world: World):
    queue.check()
    db.session.add(ScheduleRow(name="send_due", last=world.clock.now()))
    db.session.commit()
    queue.check()
    world.clock.advance(minutes=4)
    with pytest.raises(QueueStalled):
        queue.check()


def test_something_is_scheduled_for_every_minute():
    assert any((job.hour, job.minute) == ("*", "*") for job in load_jobs().values())


def noting(done: Done) -> Callable[[int], None]:
    def work(portal_id: int) -> None:
        done.append(portal_id)

    return work


def raising(kind: type[Exception]) -> Callable[..., None]:
    def work(*_ids: object) -> None:
        raise kind

    return work


# Names lie in queues of running installations and in rows of other rooms: none may change.
NAMES = {
    "set_check_task", "drop_check_task", "take_event", "bind_portal", "erase_due", "perform_run", "perform_rerun", "hear_echo", "tell_checks", "restore_own",
    "restore_and_run", "perform_probe", "sweep_test_writes", "count_disk", "look_at_disk", "start_due_repeats", "start_daily_run", "keep_queue",
    "installed", "plan_changed", "portal_back", "probe_blocked", "probe_portal", "portal_answers", "review_rights",
    "tell_denied", "prune_calls", "prune_test_events", "learn_portal", "remind_everyone", "watch_messages", "send_due",
    "refresh_dormant", "make_report", "prune_reports",
    "remind_portal", "ask_people", "try_channel", "send_notice", "send_waiting", "pass_report", "reconcile",
    "access_lost", "poll_telegram", "access_back", "ask_portal", "store_exports", "estimate_copy",
    "forget_lapsed_keys",
    "look_for_losses", "look_at_deletions", "tell_losses", "tell_copy_damaged", "copy_by_night", "look_at_storage", "copies_after_activation", "thin_copies",
    "make_data_file", "prune_data_files",
    "tell_missed_nights", "erase_with_words", "tell_consents", "look_after_consents",
    "make_copy", "check_target", "forget_download_parts", "keep_settings", "keep_settings_of_baseline", "list_changes", "plan_restore", "put_back",
    "remake_summaries", "work_on_clients", "tell_date_requests", "remind_date_requests",
    "keep_deviation_task",
    "watch_webhooks", "watch_clients", "send_webhooks", "tell_webhook_off", "prune_webhooks",
    "begin_reports", "make_client_reports", "send_client_reports",
    "set_up_pipeline", "follow_pipelines", "follow_pipeline", "follow_client", "look_at_deal",
    "look_at_clients", "look_at_clients_of", "follow_alert_task", "write_client_digests",
}  # fmt: skip
SCHEDULES = {
    "erase_due": "3:20",
    "look_after_consents": "4:5",
    "remind_date_requests": "6:25",
    "refresh_dormant": "3:40",
    "prune_calls": "3:50",
    "prune_test_events": "3:55",
    "prune_reports": "3:58",
    "prune_data_files": "*:25",
    "start_due_repeats": "*:*/5",
    "probe_blocked": "*:*/15",
    "remind_everyone": "*:5",
    "send_due": "*:*",
    "watch_webhooks": "*:*",
    "prune_webhooks": "4:20",
    "keep_queue": "*:17",
    "poll_telegram": "*:*",
    "forget_lapsed_keys": "*:*/2",
    "copies_after_activation": "*:*/15",
    "forget_download_parts": "*:41",
    "remake_summaries": "*:*",
    "follow_pipelines": "*:*/5",
    "begin_reports": "*:25",
    "send_client_reports": "*:*",
    "look_at_clients": "*:*",
    "write_client_digests": "*:*/5",
}
NIGHTS = {
    "copy_by_night",
    "look_at_storage",
    "keep_settings",
    "look_for_losses",
    "look_at_disk",
    "start_daily_run",
    "tell_missed_nights",
}


def test_the_folder_holds_the_jobs_that_queues_know_by_name():
    assert set(load_jobs()) == NAMES


def test_jobs_run_by_themselves_at_their_hours_or_in_the_night_of_each_portal():
    assert {name: f"{job.hour}:{job.minute}" for name, job in load_jobs().items() if job.hour} == SCHEDULES
    assert {name for name, job in load_jobs().items() if job.night} == NIGHTS
    assert all(load_jobs()[name].takes_portal for name in NIGHTS)


def test_a_job_is_added_by_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(b24app.jobs, "__path__", [*b24app.jobs.__path__, str(tmp_path)])
    file = "from b24app.jobs.job import Job\n\nJOBS = (Job({name!r}, print),)\n"
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
    asked = re.compile(r'queue\.later\(\s*"(\w+)"')
    texts = [path.read_text(encoding="utf-8") for path in Path("b24app").rglob("*.py")]
    assert {name for text in texts for name in asked.findall(text)} <= NAMES


def test_jobs_hold_ids_and_nothing_else_of_a_portal(north: Actor, run_jobs: Callable[[], int]):
    """Every argument is a number or a code of ours, whatever a day of the portal asks for."""
    run_jobs()
    north.opens().post("/shop/run")
    north.opens().post("/settings/reminders/test/email")
    words = re.compile(r"[a-z_:.0-9]{1,60}")
    kept = db.session.scalars(select(JobRow)).all()
    assert kept
    assert [row.key for row in kept if not words.fullmatch(row.key)] == []
