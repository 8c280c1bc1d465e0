"""The worker: claims jobs for its free slots, shows that it lives, takes over from dead workers and ends jobs that hang."""

import ctypes
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask

from b24app.backup.archive.held_keys import show_alive
from b24app.database import db
from b24app.jobs import ledger
from b24app.jobs.execution import TOO_LONG, TookTooLong, carry_out, give_up, take_over
from b24app.jobs.job import Job, Lane
from b24app.jobs.job_schedules import ask_scheduled
from b24app.jobs.ledger import HeldJob
from b24app.jobs.night import ask_nightly
from b24app.services import services

SLOTS: Mapping[Lane, int] = {
    Lane.PEOPLE: 4,
    Lane.EVENTS: 2,
    Lane.REMINDERS: 2,
    Lane.NIGHTLY: 8,
    Lane.CHAT: 1,
    Lane.WEBHOOKS: 4,
}
FARTHEST = timedelta(days=1)
AFTER_STOP = timedelta(seconds=5)
"""By then a process that got the signal to stop has ended, and nobody else is at its jobs any more."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerTimes:
    """How often a worker does what, in seconds of a clock that never jumps."""

    poll: float = 0.5
    beat: float = 10
    lease: float = 45
    tick: float = 15
    patience: float = 25


@dataclass(frozen=True, slots=True)
class InHand:
    """A job that a thread of this worker carries out, and when it has to end."""

    claim: HeldJob
    job: Job | None
    thread: threading.Thread
    until: float
    lane: Lane


def new_owner() -> str:
    """A name that no other start of a worker has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Worker:
    """One process of `flask worker`; `stop` lets it end what it has begun."""

    app: Flask
    jobs: Mapping[str, Job]
    slots: Mapping[Lane, int] = field(default_factory=lambda: SLOTS)
    rhythm: WorkerTimes = field(default_factory=WorkerTimes)
    monotonic: Callable[[], float] = time.monotonic
    owner: str = field(default_factory=new_owner)
    scheduled: bool = True

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._wake = threading.Event()
        self._in_hand: dict[int, InHand] = {}
        self._hung: list[threading.Thread] = []
        self._left: list[HeldJob] = []
        self._overdue: list[InHand] = []
        self._seen: dict[str, tuple[int, float]] = {}
        self._swept = self.monotonic()
        self._next: dict[str, float] = {}

    def stop(self) -> None:
        """Claim no more jobs, and end when the running ones have ended; noticed at the next turn.

        Nothing is woken here: a signal may come while this very thread holds the lock of its own waking.
        """
        self.stopping.set()

    def run(self) -> None:
        """Work until stopped; a database that is away for a while is waited for."""
        with self.app.app_context():
            self.enter()
            while not self.stopping.is_set():
                self.turn()
                self._wake.wait(self.rhythm.poll)
                self._wake.clear()
            self._end()

    def enter(self) -> None:
        """Begin to live under this worker's name."""
        ledger.enter(self.owner, services().clock.now())
        if self.scheduled and "keep_queue" in self.jobs:
            services().queue.later("keep_queue")
            db.session.commit()
        log.info(
            "worker started", worker=self.owner, slots=", ".join(f"{k} {v}" for k, v in self.slots.items())
        )

    def turn(self) -> None:
        """Run every part of a turn; a failure does not stop the next turn."""
        try:
            self._each("beat", self.rhythm.beat, self._beat)
            self._alone(self._put_back_left)
            self._alone(self._end_hung)
            self._each("sweep", self.rhythm.beat, partial(self._alone, self.sweep))
            if self.scheduled:
                self._each("tick", self.rhythm.tick, partial(self._alone, self._tick))
            for lane in self.slots:
                self._fill(lane)
        except Exception as error:
            log.exception("a turn of the worker failed", error=type(error).__name__)
        finally:
            db.session.remove()

    def _each(self, name: str, seconds: float, work: Callable[[], None]) -> None:
        now = self.monotonic()
        if now >= self._next.get(name, 0):
            work()
            self._next[name] = self.monotonic() + seconds

    def _alone(self, work: Callable[[], None]) -> None:
        """Run a part of a turn; a failure is tried again at its next time, and does not stop the claiming of jobs."""
        try:
            work()
        except Exception as error:
            log.exception(
                "a part of a turn failed",
                part=getattr(work, "__name__", "take_over"),
                error=type(error).__name__,
            )
            db.session.remove()

    def _tick(self) -> None:
        ask_scheduled(self.jobs)
        ask_nightly(self.jobs)
        now = services().clock.now()
        ledger.bring_near(now, now + FARTHEST)

    def _beat(self) -> None:
        if not ledger.beat(self.owner, services().clock.now()):
            self._begin_anew()
        self._alone(show_alive)

    def _begin_anew(self) -> None:
        """Others took this worker for dead: drop its jobs, and begin as a new one."""
        log.error("worker was taken for dead", worker=self.owner)
        for one in list(self._in_hand.values()):
            self._let_go(one)
        self.owner = new_owner()
        self.enter()

    def sweep(self) -> None:
        """Remove the workers whose heartbeat has not changed for a lease, and let their jobs wait again.

        Who could not look for a while, for want of the database or of a running machine, has seen no heartbeat stop.
        """
        now, alive = self.monotonic(), ledger.beats()
        if now - self._swept > self.rhythm.lease / 2:
            self._seen = {}
        self._swept = now
        self._seen = {name: self._seen.get(name, (count, now)) for name, count in alive.items()}
        for name, count in alive.items():
            before, since = self._seen[name]
            if count != before:
                self._seen[name] = count, now
            elif name != self.owner and now - since >= self.rhythm.lease and ledger.bury(name, count):
                log.warning("worker died", worker=name)
        for claim in ledger.orphans():
            self._alone(partial(take_over, self.jobs, claim))
        self._put_back_unknown()

    def _put_back_unknown(self) -> None:
        """Put back a claim whose answer was lost on its way from the database: no worker holds it."""
        for claim in ledger.taken_by(self.owner):
            mine = self._in_hand.get(claim.id)
            known = [*([mine.claim] if mine else ()), *self._left, *(one.claim for one in self._overdue)]
            if not any(claim.is_same(one) for one in known):
                log.warning("a job in nobody's hands waits again", job=claim.name)
                ledger.put_back(claim, services().clock.now(), "unknown", attempts=claim.attempt - 1)

    def _put_back_left(self) -> None:
        """Put jobs back whose result could not be kept: they are done again."""
        while self._left:
            one = self._left[0]
            ledger.put_back(one, services().clock.now(), "unkept", attempts=one.attempt)
            self._left.remove(one)

    def _end_hung(self) -> None:
        for one in list(self._in_hand.values()):
            if self.monotonic() >= one.until:
                self._overdue.append(one)
                self._let_go(one)
        while self._overdue:
            give_up(self._overdue[0].job, self._overdue[0].claim, TOO_LONG, "deadline")
            self._overdue.pop(0)
        self._hung = [thread for thread in self._hung if thread.is_alive()]
        if len(self._hung) >= sum(self.slots.values()):
            log.error("too many jobs hang, the worker ends so that it is started anew")
            self.stop()

    def _let_go(self, one: InHand) -> None:
        """The slot is free at once; an exception is set in the thread, which ends as soon as it does anything."""
        self._forget(one.claim)
        self._hung.append(one.thread)
        if one.thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(one.thread.ident), ctypes.py_object(TookTooLong)
            )

    def _fill(self, lane: Lane) -> None:
        """Claim jobs for the slots that are free now: however short the jobs of one lane are, the next lane has its turn."""
        for _ in range(self.free(lane)):
            claim = ledger.claim(self.owner, (lane,), services().clock.now())
            if claim is None:
                return
            self._begin(claim, lane)

    def free(self, lane: Lane) -> int:
        """How many slots of a lane are free."""
        return self.slots[lane] - sum(one.lane is lane for one in list(self._in_hand.values()))

    def wait_for_threads(self, seconds: float = 5) -> None:
        """Return when no job is running and hung threads have ended, or after so many seconds."""
        for thread in [*(one.thread for one in list(self._in_hand.values())), *self._hung]:
            thread.join(seconds)

    def _begin(self, claim: HeldJob, lane: Lane) -> None:
        job = self.jobs.get(claim.name)
        thread = threading.Thread(target=self._work, args=(claim,), name=claim.name, daemon=True)
        until = self.monotonic() + (job.deadline if job else 60)
        self._in_hand[claim.id] = InHand(claim, job, thread, until, lane)
        try:
            thread.start()
        except RuntimeError:  # the machine has no thread to give
            self._forget(claim)
            self._left.append(claim)
            raise

    def _forget(self, claim: HeldJob) -> None:
        """Free the slot of this very claim; SQLite may have given the id of its row to the next one already."""
        mine = self._in_hand.get(claim.id)
        if mine is not None and mine.claim.is_same(claim):
            self._in_hand.pop(claim.id, None)

    def _work(self, claim: HeldJob) -> None:
        try:
            with self.app.app_context():
                carry_out(self.jobs, claim)
        except TookTooLong:
            log.warning("job ended by its deadline", job=claim.name)
        except BaseException as error:
            log.exception("the end of a job was not kept", job=claim.name, error=type(error).__name__)
            self._left.append(claim)
        finally:
            self._forget(claim)
            self._wake.set()

    def _end(self) -> None:
        """Wait for the running jobs; those that do not end in time are put back for another worker."""
        until = self.monotonic() + self.rhythm.patience
        while self._in_hand and self.monotonic() < until:
            self._wake.wait(0.2)
            self._wake.clear()
        again = services().clock.now() + AFTER_STOP
        for one in list(self._in_hand.values()):
            ledger.put_back(one.claim, again, "stopped", attempts=one.claim.attempt - 1)
        self._put_back_left()
        ledger.leave(self.owner)  # last: a job of one that has left counts as lost
        log.info("worker stopped", worker=self.owner)
