"""The call log in the database: write entries, delete what is older than the settings keep, count unknown refusals."""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import CursorResult, delete, func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.call_texts import CallTexts, pack_texts
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.errors import PortalError, UnknownRefusal
from b24app.services import services

logger = logging.getLogger(__name__)
AS_THEY_ARE = ("method", "seconds", "http", "error", "size")


class DatabaseLog:
    """The log of one portal's calls; its failures never fail the call."""

    def __init__(self, engine: Engine, portal_id: int) -> None:
        self._engine = engine
        self._portal_id = portal_id

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:  # noqa: ARG002 - for those who watch
        """Write one entry in a transaction of its own, so that it outlives the caller's rollback."""
        row = row_of(entry, self._portal_id)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(CallLogEntry).values(row))
        except SQLAlchemyError as failure:
            logger.warning("a call could not be written down: %s", type(failure).__name__)


def row_of(entry: CallEntry, portal_id: int) -> dict[str, object]:
    """The row of an entry; methods of a batch are separated by spaces, so that each is found whole."""
    row = {name: getattr(entry, name) for name in AS_THEY_ARE}
    return row | {
        "at": datetime.fromtimestamp(entry.at, UTC),
        "portal_id": portal_id,
        "old_request": "",
        "old_answer": "",
        "commands": f" {' '.join(entry.commands)} " if entry.commands else "",
        "refused": ", ".join(entry.refused),
        "packed": pack_texts(CallTexts(entry.request, entry.answer)),
    }


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
