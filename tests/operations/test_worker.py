"""Workers: what a dead one had in hand is taken over, what hangs is ended, schedules fire once, and no clock doubles anything."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.database import db
from b24app.jobs import ledger
from b24app.jobs.execution import INTERRUPTED, TOO_LONG, carry_out, do_due, give_up
from b24app.jobs.job import Job, Lane
from b24app.jobs.model import FAILED, RUNNING, WAITING, JobRow, WorkerRow
from b24app.jobs.queue import Queue
from b24app.jobs.worker import Worker, WorkerTimes
from b24app.services import services
from sandbox.world import World
from tests.jobs import a_queue, ask, claim_next, jobs_of

pytestmark = pytest.mark.dialect

LEASE = WorkerTimes().lease


@dataclass
class Seconds:
    """A clock that never jumps, moved on by a test."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Shop:
    """Workers of one application, taken turn by turn."""

    app: Flask
    queue: Queue
    seconds: Seconds = field(default_factory=Seconds)
    waits: float = 5
    workers: list[Worker] = field(default_factory=list)

    def hire(self, *, scheduled: bool = False) -> Worker:
        one = Worker(self.app, self.queue.jobs, monotonic=self.seconds, scheduled=scheduled)
        with self.app.app_context():
            one.enter()
        self.workers.append(one)
        return one

    def turn(self, *workers: Worker) -> None:
        for one in workers or self.workers:
            with self.app.app_context():
                one.turn()
            one.wait_for_threads(self.waits)

    def pass_seconds(self, seconds: float, *workers: Worker) -> None:
        """So much time passes, a turn every ten seconds."""
        until = self.seconds.now + seconds
        while self.seconds.now < until:
            self.seconds.now += 10
            self.turn(*workers)


@pytest.fixture
def shop_of(app: Flask) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def open_shop(*jobs: Job) -> Shop:
        opened.append(Shop(app, a_queue(app, *jobs)))
        return opened[-1]

    yield open_shop
    for shop in opened:
        for worker in shop.workers:
            worker.wait_for_threads()


def test_a_job_of_a_dead_worker_is_taken_over_within_two_minutes(shop_of: Callable[..., Shop]):
    done: list[object] = []
    shop = shop_of(Job("note", done.append))
    dead, alive = shop.hire(), shop.hire()
    ask("note", 7)
    assert claim_next(dead.owner) is not None
    shop.turn()
    shop.pass_seconds(LEASE + 20, alive)
    assert (done, jobs_of("note")) == ([7], [])
    assert db.session.get(WorkerRow, dead.owner) is None


@pytest.fixture
def slow_job() -> Iterator[Job]:
    """Work that goes on for as long as the test does."""
    go_on = threading.Event()
    yield Job("slow", lambda _number: go_on.wait(60), deadline=10**9)
    go_on.set()


def begin_slowly(shop: Shop) -> Worker:
    """A worker with a job in hand that takes long, beside another worker."""
    shop.waits = 0
    slow = shop.hire()
    ask("slow", 7)
    shop.turn(slow)
    assert [(row.state, row.owner) for row in jobs_of("slow")] == [(RUNNING, slow.owner)]
    shop.hire()
    return slow


def test_a_living_worker_keeps_what_it_has_however_long_it_takes(shop_of: Callable[..., Shop], slow_job: Job):
    shop = shop_of(slow_job)
    slow = begin_slowly(shop)
    shop.pass_seconds(LEASE * 20)
    assert [(row.owner, row.attempts, row.lost) for row in jobs_of("slow")] == [(slow.owner, 1, 0)]


def test_a_clock_that_jumps_takes_no_job_from_a_living_worker(
    shop_of: Callable[..., Shop], slow_job: Job, world: World
):
    shop = shop_of(slow_job)
    slow = begin_slowly(shop)
    for days in (3, -6, 3):
        world.clock.advance(days=days)
        shop.pass_seconds(20)
    assert [(row.owner, row.attempts, row.lost) for row in jobs_of("slow")] == [(slow.owner, 1, 0)]


def test_a_worker_that_was_taken_for_dead_finishes_nothing(shop_of: Callable[..., Shop], app: Flask):
    """It slept for minutes, its job was done by another: its own last step is undone."""
    done: list[object] = []
    shop = shop_of(Job("note", done.append))
    asleep, alive = shop.hire(), shop.hire()
    ask("note", 7)
    old = claim_next(asleep.owner)
    shop.turn()
    shop.pass_seconds(LEASE + 20, alive)
    ask("note", 7)
    new = claim_next(alive.owner)
    with app.app_context():
        carry_out(shop.queue.jobs, old)
    assert [(row.state, row.owner) for row in jobs_of("note")] == [(RUNNING, alive.owner)]
    assert not ledger.put_back(old, services().clock.now(), "", attempts=0)
    assert not ledger.give_up(old, "", services().clock.now())
    assert new is not None


def test_a_worker_that_wakes_up_begins_under_another_name(shop_of: Callable[..., Shop]):
    shop = shop_of()
    asleep, alive = shop.hire(), shop.hire()
    before = asleep.owner
    shop.turn()
    shop.pass_seconds(LEASE + 20, alive)
    shop.pass_seconds(20, asleep)
    assert asleep.owner != before
    assert db.session.get(WorkerRow, asleep.owner) is not None


def test_a_job_that_took_three_workers_down_ends_as_failed_with_words(shop_of: Callable[..., Shop]):
    told: list[object] = []
    shop = shop_of(Job("kill", print, failed=lambda *words: told.append(words)))
    alive = shop.hire()
    ask("kill", 7)
    for number in range(3):
        dead = Worker(shop.app, shop.queue.jobs, owner=f"dead {number}", monotonic=shop.seconds)
        dead.enter()
        assert claim_next(dead.owner, Lane.EVENTS) is not None, number
        ledger.leave(dead.owner)
        with shop.app.app_context():
            alive.sweep()
    assert (told, [row.state for row in jobs_of("kill")]) == ([(INTERRUPTED, 7)], [FAILED])


def test_a_job_is_given_up_in_the_step_in_which_its_own_row_says_so(shop_of: Callable[..., Shop]):
    """Between two steps the row would wait for nothing, and be asked for again as if its job were lost."""
    seen: list[str | None] = []

    def tell(*_words: object) -> None:
        with db.engine.connect() as another:
            seen.append(another.scalar(select(JobRow.state)))

    job = Job("kill", print, failed=tell)
    shop_of(job)
    ask("kill")
    give_up(job, claim_next(), INTERRUPTED, "interrupted")
    assert (seen, [row.state for row in jobs_of("kill")]) == ([RUNNING], [FAILED])


def test_a_row_that_cannot_be_told_leaves_the_job_failed(shop_of: Callable[..., Shop]):
    def tell(*_words: object) -> None:
        raise RuntimeError

    job = Job("kill", print, failed=tell)
    shop_of(job)
    ask("kill")
    give_up(job, claim_next(), INTERRUPTED, "interrupted")
    assert [row.state for row in jobs_of("kill")] == [FAILED]


def test_asked_for_anew_after_a_kill_two_askings_become_one(shop_of: Callable[..., Shop], app: Flask):
    done: list[object] = []
    shop = shop_of(Job("note", done.append))
    ask("note", 7)
    assert claim_next("dead") is not None
    ask("note", 7)
    one = shop.hire()
    with app.app_context():
        one.sweep()
    assert [(row.state, row.lost) for row in jobs_of("note")] == [(WAITING, 1)]
    assert (do_due(app, shop.queue.jobs), done) == (1, [7])


def test_a_job_that_hangs_in_a_living_worker_ends_by_its_deadline(shop_of: Callable[..., Shop]):
    told: list[object] = []
    shop = shop_of(Job("hang", hang, deadline=30, failed=lambda *words: told.append(words)))
    one = shop.hire()
    ask("hang")
    with shop.app.app_context():
        one.turn()
    assert [row.state for row in jobs_of("hang")] == [RUNNING]
    shop.seconds.now += 31
    shop.turn(one)
    assert (told, [row.state for row in jobs_of("hang")]) == ([(TOO_LONG,)], [FAILED])
    assert one.free(Lane.EVENTS) == one.slots[Lane.EVENTS]


def hang() -> None:
    while True:
        time.sleep(0.01)


def test_a_person_begins_while_ten_thousand_nightly_jobs_wait(shop_of: Callable[..., Shop], world: World):
    pressed = threading.Event()
    shop = shop_of(
        Job("night", lambda _number: time.sleep(0.01), lane=Lane.NIGHTLY),
        Job("press", pressed.set, lane=Lane.PEOPLE),
    )
    now = world.clock.now()
    row = {"name": "night", "lane": Lane.NIGHTLY, "state": WAITING, "asked_at": now, "due_at": now, "attempts": 0, "lost": 0, "owner": "", "error": ""}  # fmt: skip
    db.session.execute(
        JobRow.__table__.insert(),
        [row | {"key": f"night:{number}", "ids": [number]} for number in range(10_000)],
    )
    db.session.commit()
    one = shop.hire()
    shop.turn(one)
    ask("press")
    began = time.monotonic()
    shop.turn(one)
    assert pressed.is_set()
    assert time.monotonic() - began < 2


def test_a_schedule_fires_once_however_many_workers_run(shop_of: Callable[..., Shop], world: World):
    done: list[object] = []
    shop = shop_of(Job("hourly", lambda: done.append(world.clock.now()), hour="*", minute="30"))
    for _ in range(3):
        shop.hire(scheduled=True)
    shop.turn()
    assert done == [], "the first start makes up for nothing"
    for expected in (1, 2):
        world.clock.advance(hours=1)
        shop.pass_seconds(30)
        assert len(done) == expected


def test_after_a_gap_a_schedule_fires_once(shop_of: Callable[..., Shop], world: World):
    done: list[object] = []
    shop = shop_of(Job("daily", lambda: done.append(1), hour="3", minute="20"))
    shop.hire(scheduled=True)
    shop.turn()
    world.clock.advance(days=4)
    shop.pass_seconds(60)
    assert done == [1]


def test_a_clock_that_ran_ahead_neither_doubles_nor_stops_a_schedule(
    shop_of: Callable[..., Shop], world: World
):
    done: list[object] = []
    shop = shop_of(Job("hourly", lambda: done.append(1), hour="*", minute="30"))
    shop.hire(scheduled=True)
    shop.turn()
    world.clock.advance(days=10)
    shop.pass_seconds(60)
    assert done == [1]
    world.clock.advance(days=-10)
    shop.pass_seconds(60)
    assert done == [1]
    world.clock.advance(hours=1)
    shop.pass_seconds(60)
    assert done == [1, 1]


def test_what_was_asked_for_while_the_clock_ran_ahead_begins_all_the_same(
    shop_of: Callable[..., Shop], world: World
):
    done: list[object] = []
    shop = shop_of(Job("note", done.append))
    world.clock.advance(hours=2)
    ask("note", 7)
    world.clock.advance(hours=-2)
    shop.hire(scheduled=True)
    shop.pass_seconds(60)
    assert done == [7]


def test_a_worker_that_is_told_to_stop_finishes_and_puts_back(shop_of: Callable[..., Shop], app: Flask):
    began, go_on = threading.Event(), threading.Event()

    def work(number: int) -> None:
        began.set()
        go_on.wait(5 if number else 0)

    shop = shop_of(Job("work", work))
    ask("work", 1)
    one = Worker(app, shop.queue.jobs, scheduled=False, rhythm=WorkerTimes(poll=0.02, patience=0.2))
    thread = threading.Thread(target=one.run)
    thread.start()
    assert began.wait(5)
    one.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert [(row.state, row.lost) for row in jobs_of("work")] == [(WAITING, 0)]
    assert claim_next() is None, "the process may still be at it"
    go_on.set()
    one.wait_for_threads()
    assert [row.state for row in jobs_of("work")] == [WAITING], "the late end finished what was not its own"
    assert db.session.scalars(select(WorkerRow)).all() == []


def test_failed_jobs_are_kept_a_month(shop_of: Callable[..., Shop], world: World):
    shop_of(Job("kill", print))
    ask("kill")
    claim = claim_next()
    ledger.give_up(claim, "x", world.clock.now())
    db.session.commit()
    assert ledger.prune_failed(world.clock.now() - timedelta(days=30)) == 0
    assert ledger.prune_failed(world.clock.now() + timedelta(seconds=1)) == 1
