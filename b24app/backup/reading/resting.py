"""A copy that cannot continue now: until when it rests, with which message, and when it is given up."""

from datetime import datetime, timedelta

from sqlalchemy import update

from b24app.backup.model import UNDER_WAY, BackupCopy, CopyState
from b24app.backup.reading.file_retries import FilesLate
from b24app.backup.targets.target import TargetFailed
from b24app.backup.targets.target_check import note_storage
from b24app.bitrix24.no_answer import PortalRests
from b24app.database import changed_rows, db
from b24app.errors import AppError, LimitReached, OperationLimited, PortalError
from b24app.services import services

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
SHORT_REST = timedelta(seconds=30)
MOST_INTERRUPTIONS = 5
MOST_FAILURES = 72
"""About three days of an hour each: a storage or a portal that is silent for longer needs a person."""


def rest_copy(copy_id: int, error: AppError) -> float | None:
    """Let a copy rest after a failure; returns the seconds until the next try, None when it is given up."""
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None:
        return None
    now, failures = services().clock.now(), copy.failures + 1
    if failures > MOST_FAILURES:
        fail_copy(copy_id, words_of(error))
        _note(error)
        db.session.commit()
        return None
    until = rests_until(error, failures, now)
    resting = update(BackupCopy).where(BackupCopy.id == copy_id, BackupCopy.state.in_(UNDER_WAY))
    counted = copy.failures if isinstance(error, LimitReached) else failures
    values = {"rests_until": until, "error": words_of(error), "failures": counted}
    if copy.state != CopyState.PROVING:
        values["state"] = CopyState.RESTING
    done = db.session.execute(resting.values(**values).execution_options(synchronize_session=False))
    _note(error)
    db.session.commit()
    return max(1.0, (until - now).total_seconds()) if changed_rows(done) else None


def _note(error: AppError) -> None:
    """Note a failure of the storage: the page shows it until the storage works again."""
    if isinstance(error, TargetFailed):
        note_storage(error)


def rest_interrupted(copy_id: int, words: str) -> float | None:
    """Let a copy rest whose worker died several times in one step; None when that happened too often."""
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None or copy.state not in UNDER_WAY or copy.failures >= MOST_INTERRUPTIONS:
        return None
    rest = FIRST_REST * (1 << copy.failures)
    copy.failures += 1
    copy.error, copy.rests_until = words[:300], services().clock.now() + rest
    if copy.state != CopyState.PROVING:
        copy.state = CopyState.RESTING
    return rest.total_seconds()


def rest_left(until: datetime | None, now: datetime) -> float:
    """Seconds for which a copy still rests; a rest longer than any allowed one comes from a wrong clock and is over."""
    left = (until - now) if until is not None else timedelta()
    return left.total_seconds() if timedelta() < left <= LONGEST_REST else 0.0


def rests_until(error: AppError, failures: int, now: datetime) -> datetime:
    """When it is tried again: at the moment that a limit names, otherwise after a pause that grows."""
    named = error.reset_at if isinstance(error, OperationLimited | PortalRests | FilesLate) else None
    if named is not None:
        return min(max(named, now + timedelta(seconds=1)), now + LONGEST_REST)
    if isinstance(error, LimitReached):
        return now + SHORT_REST
    if not error.retryable and isinstance(error, PortalError | TargetFailed):
        return now + LONGEST_REST
    return now + min(FIRST_REST * (1 << min(failures - 1, 10)), LONGEST_REST)


def words_of(error: AppError) -> str:
    """A message id of what went wrong."""
    told = getattr(error, "message", "")
    return (told if isinstance(told, str) and told else error.public)[:300]


def fail_copy(copy_id: int, words: str) -> None:
    """Give a copy up and keep why."""
    db.session.rollback()
    ended = update(BackupCopy).where(BackupCopy.id == copy_id, BackupCopy.state.in_(UNDER_WAY))
    values = {"state": CopyState.FAILED, "error": words[:300], "ended_at": services().clock.now()}
    db.session.execute(ended.values(**values).execution_options(synchronize_session=False))
    db.session.commit()
