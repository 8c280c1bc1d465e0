"""Data export, all that is stored about a portal as one ZIP: made by a job, taken by the administrator who asked, forgotten after a day."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError

from b24app.database import db, every_portal, portal_scope
from b24app.legal.data_writing import MOST_PIECES, PIECE, DataTooLarge, PartWriter, write_data
from b24app.legal.model import DataFile, DataFilePart, DataFileState, ErasureRecord
from b24app.portals.model import Portal
from b24app.services import services
from b24app.text.messages import N_

MAKE_DATA_FILE = "make_data_file"
SAME_FOR = timedelta(minutes=10)
KEPT_FOR, LISTED_FOR = timedelta(days=1), timedelta(days=365)
PROVEN_FOR = timedelta(days=3 * 365 + 1)
TAKES = timedelta(minutes=10)
TOO_LARGE = N_("It is too large to be handed over here. Write to whoever runs the application.")
BROKE_OFF = N_("The file could not be made. Press once more.")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DataFileView:
    """A file as a page reads it."""

    id: int
    state: DataFileState
    asked_by: int
    asked_at: datetime
    size: int
    failure: str


def ask_data_file(portal_id: int, user_id: int, at: datetime) -> DataFileView:
    """The file that this person has asked for just now, or a new one; files of before are forgotten with it."""
    mine = select(DataFile).where(DataFile.asked_by == user_id)
    row = db.session.scalar(mine.order_by(DataFile.id.desc()).limit(1))
    if row is None or not _is_fresh(row, at):
        row = DataFile(state=DataFileState.WAITING, asked_by=user_id, asked_at=at)
        db.session.add(row)
        db.session.flush()
        _forget_earlier(row)
        services().queue.later(MAKE_DATA_FILE, portal_id, row.id)
    return _view(row, at)


def find_data_file(file_id: int, user_id: int, at: datetime) -> DataFileView | None:
    """A file that this very person waits for; None for another's, and for one whose day is over."""
    mine = DataFile.id == file_id, DataFile.asked_by == user_id, DataFile.asked_at > at - KEPT_FOR
    row = db.session.scalar(select(DataFile).where(*mine))
    return _view(row, at) if row is not None and _is_whole(row) else None


def list_data_files() -> list[DataFileView]:
    """Who has had everything handed over and when, the newest first."""
    rows = db.session.scalars(select(DataFile).order_by(DataFile.id.desc()).limit(20))
    return [_view(row, services().clock.now()) for row in rows]


def _forget_earlier(row: DataFile) -> None:
    """One's own files of before; another administrator may still be waiting for his."""
    earlier = select(DataFile.id).where(DataFile.asked_by == row.asked_by, DataFile.id != row.id)
    db.session.execute(delete(DataFilePart).where(DataFilePart.file_id.in_(earlier)))


def _is_fresh(row: DataFile, at: datetime) -> bool:
    living = _view(row, at).state is not DataFileState.FAILED and at - row.asked_at < SAME_FOR
    return living and _is_whole(row)


def _is_whole(row: DataFile) -> bool:
    """Whether a file that is made has all its pieces still; they go before its line does."""
    if row.state != DataFileState.DONE:
        return True
    pieces = select(func.count(DataFilePart.id)).where(DataFilePart.file_id == row.id)
    return db.session.scalar(pieces.where(DataFilePart.number < MOST_PIECES)) == -(-row.size // PIECE)


def _view(row: DataFile, at: datetime) -> DataFileView:
    state = DataFileState(row.state)
    if state is DataFileState.WAITING and at - row.asked_at > TAKES:
        state = DataFileState.FAILED  # work that nobody can be doing any more
    return DataFileView(row.id, state, row.asked_by, row.asked_at, row.size, row.failure)


def read_pieces(portal_id: int, file_id: int) -> Iterator[bytes]:
    """The pieces of a finished file in their order; each on a connection of its own, for whoever takes them may be slow."""
    mine = DataFilePart.portal_id == portal_id, DataFilePart.file_id == file_id
    return _pieces(current_app.app_context, select(DataFilePart.content).where(*mine))


def _pieces(context: Callable[[], AbstractContextManager[object]], query: Select[bytes]) -> Iterator[bytes]:
    """Read when the request that asked is over already."""
    for number in itertools.count():
        with context(), db.engine.connect() as line:
            piece = line.scalar(query.where(DataFilePart.number == number))
        if piece is None:
            return
        yield piece


def make_data_file(portal_id: int, file_id: int) -> None:
    """Make one file; begun anew when a worker was lost, left alone when it is made already or its portal is deleted.

    A worker that was only taken for lost may still write: each numbers its pieces apart, and who is first to have all of his wins.
    """
    with portal_scope(portal_id):
        row, portal = db.session.get(DataFile, file_id), db.session.get(Portal, portal_id)
        if row is None or portal is None or row.state != DataFileState.WAITING:
            return
        db.session.execute(delete(DataFilePart).where(DataFilePart.file_id == file_id))
        db.session.commit()
        parts = PartWriter(file_id)
        try:
            rows = write_data(parts, portal, services().manifest.version, services().clock.now())
        except DataTooLarge:
            _fail(file_id, TOO_LARGE)
            return
        except IntegrityError:
            db.session.rollback()
            if db.session.get(DataFile, file_id) is not None:
                raise
            return  # everything was erased while it was written
        _finish(file_id, parts, rows)


def _finish(file_id: int, parts: PartWriter, rows: int) -> None:
    """Put the pieces in their places; leave it to another worker where he was first, or has begun anew and taken ours away."""
    row = _lock(file_id)
    if row is None or row.state != DataFileState.WAITING or not parts.settle():
        db.session.rollback()
        parts.drop()
        db.session.commit()
        return
    row.state, row.made_at = DataFileState.DONE, services().clock.now()
    row.size, row.rows = parts.size, rows
    db.session.commit()
    log.info("everything about a portal was written into a file", rows=rows, size=parts.size)


def _lock(file_id: int) -> DataFile | None:
    """The row of a file, None when it was erased or forgotten meanwhile; nobody else changes it until the commit."""
    mine = select(DataFile).where(DataFile.id == file_id)
    return db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def fail_data_file(_words: str, portal_id: int, file_id: int) -> None:
    """Mark a file whose job was given up as failed; its page shows that."""
    with portal_scope(portal_id):
        _fail(file_id, BROKE_OFF)


def _fail(file_id: int, words: str) -> None:
    row = _lock(file_id)
    if row is not None and row.state != DataFileState.DONE:
        db.session.execute(delete(DataFilePart).where(DataFilePart.file_id == file_id))
        row.state, row.failure = DataFileState.FAILED, words
    db.session.commit()


def prune_data_files() -> None:
    """Forget files that are a day old, after a year that they were made, after three the records of erasures; a job of every hour."""
    now = services().clock.now()
    with every_portal():
        old = select(DataFile.id).where(DataFile.asked_at <= now - KEPT_FOR)
        db.session.execute(delete(DataFilePart).where(DataFilePart.file_id.in_(old)))
        db.session.execute(delete(DataFile).where(DataFile.asked_at <= now - LISTED_FOR))
        db.session.execute(delete(ErasureRecord).where(ErasureRecord.erased_at <= now - PROVEN_FOR))


def unfinished_data_files() -> Iterator[tuple[int, int]]:
    """The files that somebody waits for."""
    waits = DataFile.state == DataFileState.WAITING, DataFile.asked_at > services().clock.now() - TAKES
    with every_portal():
        found = db.session.execute(select(DataFile.portal_id, DataFile.id).where(*waits)).all()
    yield from ((portal_id, file_id) for portal_id, file_id in found)
