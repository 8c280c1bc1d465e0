"""Whether the application itself works, for everybody who uses it: its worker, its mail, the operator's incidents. About no portal.

Asked of the database at most twice a minute by each process, outside of any portal and of the request's own transaction.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from b24app.database import db
from b24app.jobs.model import WAITING, JobRow, ScheduleRow, WorkerRow, in_state
from b24app.jobs.queue import SILENT_AFTER, is_seen
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.model import ServerRest
from b24app.services import services
from b24app.web.model import Incident

KEPT_SECONDS = 30.0
SHOWN_DAYS = 14
MOST_INCIDENTS = 50
FEW_FAILURES = 3
"""Fewer failures in a row than this may be a short disturbance of the mail server."""
EXTENSION = "service_state"
log = structlog.get_logger(__name__)


class PartState(StrEnum):
    """The state of a part of ours: it works, it does not, it is not set up here, or it is unknown."""

    WORKS = "works"
    BROKEN = "broken"
    NOT_USED = "not_used"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PartStanding:
    """One part and since when it is broken, where that is known."""

    state: PartState
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """The operator's text of an incident, in both languages."""

    number: int
    russian: str
    english: str
    began_at: datetime
    ended_at: datetime | None

    def words(self, language: str) -> str:
        """The text in a language that it was written in."""
        return self.english if language == "en" else self.russian


@dataclass(frozen=True, slots=True)
class ServiceState:
    """The content of the page; `incidents` are the newest first."""

    looked_at: datetime
    worker: PartStanding
    mail: PartStanding
    incidents: tuple[IncidentView, ...] = ()

    @property
    def open(self) -> tuple[IncidentView, ...]:
        """Incidents that are not over."""
        return tuple(one for one in self.incidents if one.ended_at is None)

    @property
    def broken_since(self) -> datetime | None:
        """When the first of what is broken now broke; nothing while all works."""
        parts = [
            one.since or self.looked_at for one in (self.worker, self.mail) if one.state is PartState.BROKEN
        ]
        return min((*parts, *(one.began_at for one in self.open)), default=None)


UNKNOWN = PartStanding(PartState.UNKNOWN)


def confirmed(state: ServiceState, before: ServiceState | None) -> ServiceState:
    """The state, its worker unknown where the look before did not miss it.

    A clock that was put on makes every heartbeat old until the next one, so a second look has to miss the worker too. A process
    that looks for the first time has nothing to compare with, and its look counts as it is.
    """
    first = before is not None and before.worker.state is not PartState.BROKEN
    return replace(state, worker=UNKNOWN) if first and state.worker.state is PartState.BROKEN else state


class ServiceLook:
    """The last look of this process; one thread looks, the others take what was seen before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._seen: ServiceState | None = None
        self._read: ServiceState | None = None

    def state(self, now: datetime) -> ServiceState:
        """The state seen half a minute ago at most."""
        if self._seen is None or time.monotonic() >= self._until:
            with self._lock:
                if self._seen is None or time.monotonic() >= self._until:
                    read = read_service_state(now)
                    self._seen, self._read = confirmed(read, self._read), read
                    self._until = time.monotonic() + KEPT_SECONDS
        return self._seen

    def forget(self) -> None:
        """Look anew at the next question, without what was seen before."""
        self._seen = self._read = None


def service_look() -> ServiceLook:
    """The look of this application object."""
    return cast("ServiceLook", current_app.extensions.setdefault(EXTENSION, ServiceLook()))


def service_state() -> ServiceState:
    """The present state of the application."""
    return service_look().state(services().clock.now())


def read_service_state(now: datetime) -> ServiceState:
    """Look now; a database that does not answer leaves everything unknown."""
    try:
        with Session(db.engine) as session:
            return ServiceState(now, _worker(session, now), _mail(session), _incidents(session, now))
    except SQLAlchemyError as error:
        log.warning("the state of the application could not be read", error=type(error).__name__)
        return ServiceState(now, UNKNOWN, UNKNOWN)


def _worker(session: Session, now: datetime) -> PartStanding:
    """Broken while no worker shows that it lives and work is overdue; since the moment at which that work was due."""
    if session.scalar(select(WorkerRow.id).where(is_seen(now)).limit(1)) is not None:
        return PartStanding(PartState.WORKS)
    due = select(func.min(JobRow.due_at)).where(
        in_state(JobRow, WAITING), JobRow.due_at <= now - SILENT_AFTER
    )
    overdue = session.scalar(due)
    signs = (session.scalar(select(func.max(one))) for one in (WorkerRow.seen_at, ScheduleRow.last))
    seen = [one for one in signs if one is not None]
    if overdue is None or not seen:  # nothing waits for it, or there never was a worker here
        return PartStanding(PartState.WORKS) if seen else UNKNOWN
    return PartStanding(PartState.BROKEN, max([overdue, *(one for one in seen if one <= now)]))


def _mail(session: Session) -> PartStanding:
    """Broken while the server of mail has refused or been silent several times in a row."""
    if services().settings.smtp_url is None:
        return PartStanding(PartState.NOT_USED)
    row = session.get(ServerRest, EMAIL.code)
    if row is None or row.failures < FEW_FAILURES:
        return PartStanding(PartState.WORKS)
    return PartStanding(PartState.BROKEN, row.away_since)


def _incidents(session: Session, now: datetime) -> tuple[IncidentView, ...]:
    recent = now - timedelta(days=SHOWN_DAYS)
    shown = Incident.ended_at.is_(None) | (Incident.ended_at >= recent) | (Incident.began_at >= recent)
    query = select(Incident).where(shown).order_by(Incident.began_at.desc(), Incident.id.desc())
    return tuple(
        IncidentView(row.id, row.russian, row.english, row.began_at, row.ended_at)
        for row in session.scalars(query.limit(MOST_INCIDENTS))
    )
