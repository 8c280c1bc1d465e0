"""The call log in the database: write, search, export as CSV, and delete what is older than the settings keep."""

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import CursorResult, Select, delete, func, insert, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.errors import PortalError, UnknownRefusal
from b24app.input_limits import plain_cell
from b24app.services import services

logger = logging.getLogger(__name__)
COLUMNS = ("at", "method", "seconds", "http", "error", "size", "request", "answer")


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; empty parts do not narrow."""

    text: str = ""
    method: str = ""
    errors_only: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallsPeriod:
    """Where a period of the log begins and ends, and how many entries it holds."""

    first: int
    last: int
    count: int


def search_calls(wanted: Search, *, limit: int = 200) -> list[CallLogEntry]:
    """Find entries of the present portal, newest first."""
    return list(db.session.scalars(_statement(wanted).order_by(CallLogEntry.id.desc()).limit(limit)))


def span_of_calls(wanted: Search) -> CallsPeriod | None:
    """The first and the last number of the entries found, and how many there are; None for nothing."""
    found = _statement(wanted).subquery()
    first, last, count = db.session.execute(
        select(func.min(found.c.id), func.max(found.c.id), func.count(found.c.id))
    ).one()
    return CallsPeriod(first, last, count) if count else None


def export_calls(wanted: Search) -> Iterator[str]:
    """Yield the entries of the present portal, oldest first, as lines of CSV for the vendor's support."""
    yield _line(COLUMNS)
    statement = _statement(wanted).order_by(CallLogEntry.id).execution_options(yield_per=500)
    for entry in db.session.scalars(statement):
        yield _line(tuple(_text(getattr(entry, name)) for name in COLUMNS))


def prune_calls() -> int:
    """Delete entries that are older than the settings keep, in each portal alone; returns how many."""
    oldest = services().clock.now() - timedelta(days=services().settings.keep_call_log_days)
    with every_portal():
        found = db.session.scalars(
            select(CallLogEntry.portal_id).where(CallLogEntry.at < oldest).distinct()
        ).all()
    return sum(gone or 0 for gone in for_each_portal(sorted(found), partial(_prune, oldest)))


def _prune(oldest: datetime, portal_id: int) -> int:
    with portal_scope(portal_id):
        old = delete(CallLogEntry).where(CallLogEntry.portal_id == portal_id, CallLogEntry.at < oldest)
        gone = db.session.execute(old)
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def count_unknown() -> int:
    """How many refusals with a code that is in no table the log of all portals holds."""
    unknown = (CallLogEntry.error != "", CallLogEntry.error.startswith(UnknownRefusal.kind))
    with every_portal():
        return db.session.scalar(select(func.count()).select_from(CallLogEntry).where(*unknown)) or 0


def _statement(wanted: Search) -> Select[CallLogEntry]:
    statement = select(CallLogEntry)
    if wanted.method:
        statement = statement.where(CallLogEntry.method == wanted.method)
    if wanted.errors_only:
        statement = statement.where(CallLogEntry.error != "")
    if wanted.since:
        statement = statement.where(CallLogEntry.at >= wanted.since)
    if wanted.until:
        statement = statement.where(CallLogEntry.at < wanted.until)
    if wanted.text:
        fields = (CallLogEntry.method, CallLogEntry.error, CallLogEntry.request, CallLogEntry.answer)
        statement = statement.where(or_(*(field.icontains(wanted.text, autoescape=True) for field in fields)))
    return statement


def _line(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()


def _text(value: object) -> str:
    """Numbers and moments as text; a leading formula sign is disarmed for spreadsheets."""
    return plain_cell(value.isoformat() if isinstance(value, datetime) else str(value))


class DatabaseLog:
    """The log of one portal's calls; it never fails the call that it writes down."""

    def __init__(self, engine: Engine, portal_id: int) -> None:
        self._engine = engine
        self._portal_id = portal_id

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:  # noqa: ARG002 - for those who watch
        """Write one entry in a transaction of its own, so that it outlives the caller's rollback."""
        row = {name: getattr(entry, name) for name in CallEntry.__slots__}
        row |= {"at": datetime.fromtimestamp(entry.at, UTC), "portal_id": self._portal_id}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(CallLogEntry).values(row))
        except SQLAlchemyError as failure:
            logger.warning("a call could not be written down: %s", type(failure).__name__)
