"""Nights without a copy: since when copies were tried and did not end, and why; the page and the reminder show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.proofs.copy_state import READ_WHOLE
from b24app.backup.proofs.triggers import NIGHT
from b24app.database import db, read_once
from b24app.text.messages import N_

TWO_NIGHTS = timedelta(hours=42)
"""A copy that was begun so long ago had two nights; nights begin at the same hour, within the delay of the queue."""
PAUSED = N_("The copy was paused and is not let go on.")
UNKNOWN = N_("It is tried again and again, and does not come to its end.")


@dataclass(frozen=True, slots=True)
class MissedNights:
    """Copies that did not end since the last whole one; `reason` is a message id."""

    first_id: int
    since: datetime
    by_night: bool
    """Whether the newest of them was to be the night's copy."""
    given_up: bool
    reason: str

    def is_over(self, at: datetime) -> bool:
        """Whether the night has passed: a copy that rests for a minute may still end."""
        return self.given_up or at - self.since >= NIGHT

    def is_long(self, at: datetime) -> bool:
        """Whether it lasts for two nights, so that people are notified outside the portal."""
        return at - self.since >= TWO_NIGHTS


def find_missed_nights() -> MissedNights | None:
    """Copies tried since the last whole one that failed, rest after a failure or are paused; None when there are none."""
    since, tried = read_choices().target_since, []
    for copy in newest_copies():
        if copy.state == CopyState.STOPPED:
            continue
        if copy.state in READ_WHOLE or (since is not None and copy.created_at < since):
            break
        tried.append(copy)
    failed = next((one for one in tried if _has_failed(one)), None)
    if failed is None:
        return None
    first, by_night = tried[-1], failed.kind == CopyKind.NIGHTLY
    given_up = failed.state == CopyState.FAILED
    return MissedNights(first.id, first.created_at, by_night, given_up, _reason(failed))


@read_once
def newest_copies() -> Sequence[BackupCopy]:
    """The newest copies in any state, the newest first."""
    return db.session.scalars(select(BackupCopy).order_by(BackupCopy.id.desc()).limit(200)).all()


def _has_failed(copy: BackupCopy) -> bool:
    """Whether it made no progress; waiting for the portal's limits alone is no failure."""
    return copy.state in (CopyState.FAILED, CopyState.PAUSED) or copy.failures > 0


def _reason(copy: BackupCopy) -> str:
    if copy.state == CopyState.PAUSED:
        return PAUSED
    return copy.error or read_choices().target_error or UNKNOWN
