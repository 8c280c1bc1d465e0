"""Work for later: jobs found by their folder, and a thin seam over Huey, by job name, sent only after the commit."""

import functools
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from pathlib import Path

import structlog
from flask import Flask
from huey import MemoryHuey, PostgresHuey, PriorityRedisHuey, SqliteHuey, crontab
from huey.api import Huey, TaskWrapper
from huey.exceptions import RetryTask
from sqlalchemy import event
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from b24app.bitrix24.redis_connections import open_redis
from b24app.database import db
from b24app.discovery import import_all
from b24app.each_portal import naming
from b24app.errors import AppError, OperationLimited, SettingsWrong, Unavailable
from b24app.services import JobArgument, services
from b24app.text.messages import N_

Work = Callable[..., object]
RETRIES = 4
RETRY_DELAY_SECONDS = 30
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Durable work by its name, which never changes; with `hour` and `minute` of a crontab it runs by itself too."""

    name: str
    work: Work
    hour: str = ""
    minute: str = ""


class QueueAway(Unavailable):
    """The queue does not answer, so work for later could not be given to the worker."""

    public = N_(
        "The work could not be queued: the queue does not answer right now. Nothing was changed. "
        "Try again in a minute."
    )


class QueueLost(QueueAway):
    """The queue fell silent after what was entered had been kept."""

    public = N_(
        "What you entered is kept, but the work that follows from it could not be queued: "
        "the queue does not answer right now. Try again in a minute."
    )


def load_jobs() -> Mapping[str, Job]:
    """Import every file of `jobs/` and return the JOBS that each declares, by name; a name used twice is refused."""
    found: dict[str, Job] = {}
    for module in import_all("b24app.jobs"):
        for job in vars(module).get("JOBS", ()):
            if found.setdefault(job.name, job) is not job:
                msg = f"two jobs are called {job.name!r}"
                raise LookupError(msg)
    return found


def open_huey(url: str) -> Huey:
    """Open the queue that a URL names: sqlite, redis, postgresql or memory."""
    scheme = url.partition("://")[0]
    match scheme:
        case "memory":
            return MemoryHuey("b24app", results=False)
        case "sqlite":
            path = Path(url.removeprefix("sqlite:///"))
            path.parent.mkdir(parents=True, exist_ok=True)
            return SqliteHuey("b24app", filename=str(path), results=False, fsync=False)
        case "redis" | "rediss":
            return PriorityRedisHuey("b24app", connection_pool=open_redis(url), results=False)
        case "postgres" | "postgresql":
            return PostgresHuey("b24app", dsn=url, results=False)
    raise SettingsWrong(f"B24APP_QUEUE_URL: unknown kind of queue {scheme!r}")


class Queue:
    """Jobs by name; what a request asks for is sent when its transaction has been committed."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self._tasks: dict[str, TaskWrapper] = {}

    def register(self, app: Flask, jobs: Iterable[Job]) -> None:
        """Make Huey tasks of jobs, and periodic ones of those that have a schedule."""
        for job in jobs:
            task = self.huey.task(
                retries=RETRIES, retry_delay=RETRY_DELAY_SECONDS, retry_backoff=2, name=job.name
            )
            self._tasks[job.name] = task(_inside(app, job))
            if job.hour:
                schedule = crontab(minute=job.minute, hour=job.hour)
                self.huey.periodic_task(schedule, name=f"daily_{job.name}")(_inside(app, job))

    def later(self, name: str, *ids: JobArgument, delay: float = 0, session: Session | None = None) -> None:
        """Run a job after the present commit, or that of a session of one's own, `delay` seconds later.

        Arguments are ids, never objects.
        """
        if name not in self._tasks:
            msg = f"no job is called {name!r}"
            raise LookupError(msg)
        session = db.session() if session is None else session
        if not session.in_transaction():
            session.begin()  # so that a rollback forgets the job even when nothing was asked of the database yet
        session.info.setdefault("later", []).append(functools.partial(self._send, name, ids, delay))

    def check(self) -> None:
        """Raise QueueAway unless the queue answers."""
        try:
            self.huey.pending_count()
        except Exception as error:
            log.exception("the queue does not answer", error=type(error).__name__)
            raise QueueAway from error

    def waiting(self) -> int:
        """How many jobs wait; raises what a queue that does not answer raises."""
        return int(self.huey.pending_count())

    def at_once(self, name: str, *ids: JobArgument) -> None:
        """Run a job as soon as a worker is free, for callers whose own transaction is already done."""
        self._send(name, ids, 0)

    def _send(self, name: str, ids: tuple[JobArgument, ...], delay: float) -> None:
        task = self._tasks[name]
        if delay > 0:
            task.schedule(args=ids, delay=delay)
        else:
            task(*ids)


def _inside(app: Flask, job: Job) -> Work:
    """Wrap a job: its own application context, its name in every log line, only failures worth repeating repeated."""
    first = next(iter(signature(job.work).parameters), "")

    @functools.wraps(job.work)
    def run(*ids: JobArgument) -> None:
        with (
            app.app_context(),
            bound_contextvars(job=job.name, work=secrets.token_hex(4)),
            _portal_of(first, ids),
        ):
            _carry_out(job.work, ids)

    return run


def _portal_of(first: str, ids: tuple[JobArgument, ...]) -> AbstractContextManager[None]:
    return naming(int(ids[0])) if first == "portal_id" and ids else nullcontext()


def _carry_out(work: Work, ids: tuple[JobArgument, ...]) -> None:
    try:
        work(*ids)
        db.session.commit()
    except OperationLimited as error:
        db.session.rollback()
        raise RetryTask(delay=_seconds_until(error.reset_at)) from None
    except AppError as error:
        db.session.rollback()
        log.warning("job failed", error=type(error).__name__)
        if error.retryable:
            raise
    except Exception as error:
        db.session.rollback()
        log.exception("job failed", error=type(error).__name__)
        raise


def _seconds_until(moment: datetime | None) -> float:
    """How long a limited method rests; meanwhile the worker belongs to other jobs."""
    return (
        RETRY_DELAY_SECONDS if moment is None else max(1.0, (moment - services().clock.now()).total_seconds())
    )


@event.listens_for(Session, "before_commit")
def _ask_queue_first(session: Session) -> None:
    """What could not be queued is not kept either: the same button works once the queue answers."""
    if session.info.get("later") and not session.in_nested_transaction():
        services().queue.check()


@event.listens_for(Session, "after_commit")
def _send_what_waits(session: Session) -> None:
    """Send at the end of the transaction itself: the end of a savepoint has kept nothing yet."""
    if session.in_nested_transaction():
        return
    try:
        for send in session.info.pop("later", []):
            send()
    except Exception as error:
        log.exception("a job was lost on its way to the queue", error=type(error).__name__)
        raise QueueLost from error


@event.listens_for(Session, "after_rollback")
def _forget_what_waits(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("later", None)
