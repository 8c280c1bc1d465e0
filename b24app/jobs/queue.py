"""The queue, asking for jobs: a row in the caller's own transaction, so that a job exists when that commits and not otherwise."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from b24app.database import Base, db
from b24app.errors import Unavailable
from b24app.jobs.job import Ids, Job, Lane
from b24app.jobs.model import RUNNING, WAITING, JobRow, ScheduleRow, WorkerRow, in_state
from b24app.jobs.queue_figures import read_figures
from b24app.services import JobArgument, QueueFigures, services
from b24app.text.messages import N_

JOBS_TABLE: Table = Base.metadata.tables["job"]
SILENT_AFTER = timedelta(minutes=2)
SCHEDULES_STAND = timedelta(minutes=3)


class QueueStalled(Unavailable):
    """Jobs are due, and no worker shows that it lives."""

    public = N_("The work waits: nothing carries it out right now. It is kept and begins by itself.")


class Queue:
    """Asks for jobs by name: a job that waits already is not added twice, one that runs is followed by another."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self.jobs = jobs

    def later(
        self,
        name: str,
        *ids: JobArgument,
        delay: float = 0,
        session: Session | None = None,
        lane: str | None = None,
    ) -> None:
        """Ask for a job in the present transaction, or that of a session of one's own, due `delay` seconds later.

        Arguments are ids, never objects. A job that waits already keeps the earlier time and the lane of people.
        """
        job = self.jobs.get(name)
        if job is None:
            msg = f"no job is called {name!r}"
            raise LookupError(msg)
        session = db.session() if session is None else session
        session.execute(self._asking(session, job, ids, delay, Lane(lane or job.lane)))

    def _asking(
        self, session: Session, job: Job, ids: Ids, delay: float, lane: Lane
    ) -> sqlite.Insert | postgresql.Insert:
        """The row of a job; a waiting row of the same key is updated, so that nobody claims it before this commit."""
        now, portal_id = services().clock.now(), portal_of(job, ids, session)
        values = {
            "name": job.name, "key": key_of(job.name, ids), "ids": list(ids), "portal_id": portal_id, "lane": str(lane),
            "heavy_portal": portal_id if job.heavy else None, "state": WAITING, "asked_at": now,
            "due_at": now + timedelta(seconds=delay), "attempts": 0, "lost": 0, "owner": "", "error": "",
        }  # fmt: skip
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        asking = insert(JOBS_TABLE).values(values)
        asked, kept = asking.excluded, JOBS_TABLE.c
        return asking.on_conflict_do_update(
            index_elements=[kept.key],
            index_where=text(f"state = '{WAITING}'"),
            set_={
                "due_at": case((asked.due_at < kept.due_at, asked.due_at), else_=kept.due_at),
                "lane": case((asked.lane == Lane.PEOPLE, asked.lane), else_=kept.lane),
            },
        )

    def waiting(self) -> int:
        """How many jobs wait."""
        return int(db.session.scalar(select(func.count()).where(in_state(JobRow, WAITING))) or 0)

    def figures(self) -> QueueFigures:
        """The present figures of the queue, in two statements."""
        now = services().clock.now()
        return read_figures(now, is_seen(now))

    def check(self) -> None:
        """Raise QueueStalled when no worker shows that it lives while jobs are overdue or schedules have not run for minutes.

        Something is scheduled for every minute (a test holds it), so a schedule that does not run means that nobody looks.
        """
        now = services().clock.now()
        overdue = exists().where(in_state(JobRow, WAITING), JobRow.due_at <= now - SILENT_AFTER)
        stands = select(func.max(ScheduleRow.last) <= now - SCHEDULES_STAND).scalar_subquery()
        alive = exists().where(is_seen(now))
        if db.session.scalar(select(and_(or_(overdue, stands), ~alive))):
            raise QueueStalled


def is_seen(now: datetime) -> ColumnElement[bool]:
    """Separates the workers that have shown within two minutes that they live."""
    return WorkerRow.seen_at.between(now - SILENT_AFTER, now + SILENT_AFTER)


def key_of(name: str, ids: Ids) -> str:
    """The key by which two requests are for the same job."""
    return ":".join((name, *map(str, ids)))


def portal_of(job: Job, ids: Ids, session: Session) -> int | None:
    """The portal that a job belongs to: its first argument when that is a portal's id, or the scope of the asking."""
    if job.takes_portal and ids:
        return int(ids[0])
    scope = session.info.get("portal", db.session().info.get("portal"))
    return scope if isinstance(scope, int) else None


def is_asked(name: str, *ids: JobArgument) -> bool:
    """Whether this job waits or runs."""
    return bool(db.session.scalar(select(is_open(key_of(name, ids)))))


def is_open(key: str) -> ColumnElement[bool]:
    """Separates keys of jobs that wait or run; each state apart, for each has its own index."""
    return or_(*(exists().where(JobRow.key == key, in_state(JobRow, state)) for state in (WAITING, RUNNING)))
