"""Tables of the job queue: jobs, the workers that live, the schedules that have fired, regular work of portals.

A job holds ids and nothing else of a portal. What must be alone is held by the tables themselves: one waiting and one
running job of a key, one running heavy job of a portal.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.services import JobArgument
from b24app.stored_values import Kept

WAITING, RUNNING, FAILED = "waiting", "running", "failed"


def _only(name: str, *columns: str, state: str, unique: bool = False) -> Index:
    """An index of the jobs in one state."""
    where = text(f"state = '{state}'")
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class JobRow(Base):
    """A job that waits, runs or was given up; one that is done has no row."""

    __tablename__ = "job"
    __table_args__ = (
        _only("uq_job_waiting", "key", state=WAITING, unique=True),
        _only("uq_job_running", "key", state=RUNNING, unique=True),
        _only("uq_job_heavy", "heavy_portal", state=RUNNING, unique=True),
        _only("ix_job_due", "lane", "due_at", "id", state=WAITING),
        _only("ix_job_owner", "owner", state=RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(160))
    ids: Mapped[list[JobArgument]] = mapped_column(Kept(list[JobArgument], list), default=list)
    portal_id: Mapped[int | None] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    lane: Mapped[str] = mapped_column(String(10))
    heavy_portal: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(String(80), default="")
    error: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]


def in_state(row: type[JobRow], state: str) -> ColumnElement[bool]:
    """Separates jobs by their state, by an equation written out: SQLite uses the index of a state for nothing else."""
    return row.state == literal_column(f"'{state}'")


class WorkerRow(Base):
    """A worker that lives: its heartbeat is a counter, which no jump of a clock can make old."""

    __tablename__ = "job_worker"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    beat: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime]


class ScheduleRow(Base):
    """The last moment for which a schedule has fired; whoever moves it on asks for the job."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[datetime]


class NightRow(OfPortal, Base):
    """When a portal's next nightly work of one kind is due, in its own night."""

    __tablename__ = "night_work"
    __table_args__ = (UniqueConstraint("portal_id", "name"), Index("ix_night_work_due_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
