"""Availability: whether a portal answers us and, if not, why and since when: one table, which only this module and its watch write."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from b24app.bitrix24.error_codes import REFUSALS, Refusal
from b24app.database import db, read_once
from b24app.errors import PortalError
from b24app.portal_rows import PortalRows
from b24app.portals.model import AvailabilityRecord
from b24app.portals.pauses import Silence, pause_after
from b24app.single_rows import single_row

log = structlog.get_logger(__name__)


NOTED_AGAIN_AFTER = timedelta(hours=1)
SPEAKS: Mapping[str, object] = {
    "silent_since": None, "silent_at": None, "silence": "", "failures": 0, "rests_until": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Availability:
    """The last answer and the last refusal of a portal; from `refused_from` to `back_at` it refused before.

    `silent_since` is the first time that somebody waited for it in vain, `silent_at` the last; until `rests_until` nobody
    asks it but people. Since `access_lost_at` no access of ours works.
    """

    answered_at: datetime | None = None
    refused_since: datetime | None = None
    refused_at: datetime | None = None
    kind: str = ""
    code: str = ""
    words: str = ""
    back_at: datetime | None = None
    refused_from: datetime | None = None
    access_lost_at: datetime | None = None
    silent_since: datetime | None = None
    silent_at: datetime | None = None
    silence: str = ""
    failures: int = 0
    rests_until: datetime | None = None

    @property
    def silent(self) -> bool:
        """Whether the portal has not answered since somebody waited for it in vain."""
        return self.silent_since is not None

    def is_left_alone(self, at: datetime) -> bool:
        """Whether nobody but a person asks it at this moment, because it did not answer lately."""
        return self.rests_until is not None and self.rests_until > at

    @property
    def refused(self) -> bool:
        """Whether the portal refuses applications now."""
        return self.refused_since is not None

    @property
    def refusal(self) -> Refusal | None:
        """Why it refuses now; None when it does not, or for a reason of another release."""
        known = self.refused and self.kind in set(Refusal)
        return Refusal(self.kind) if known else None

    @property
    def locked(self) -> bool:
        """Whether the portal is locked by the compatibility scanner."""
        return self.refusal is Refusal.LOCKED


ANSWERS = PortalRows(select(AvailabilityRecord))


@read_once
def get_availability() -> Availability:
    """The stored availability of the portal of the scope; the default before its first answer."""
    row = ANSWERS.first()
    if row is None:
        return Availability()
    return Availability(**{one.name: getattr(row, one.name) for one in fields(Availability)})


def note_answer(at: datetime) -> bool:
    """The portal answered; True when it had been refusing before."""
    return keep_answer(db.session(), at)


def note_opening_answered(at: datetime) -> None:
    """The portal named the person of an opening by REST, which is an answer.

    The end of a refusal or of a silence was noted by that call itself, with all that they held up (`availability_watch.py`).
    Openings are many: an answer that was stored within the last hour is not written anew.
    """
    known = get_availability()
    fresh = known.answered_at is not None and timedelta() <= at - known.answered_at < NOTED_AGAIN_AFTER
    if not (fresh or known.refused or known.silent):
        keep_answer(db.session(), at)


def note_refusal(error: PortalError, at: datetime) -> bool:
    """The portal refused; True when this is about the licence and it is the first such answer.

    Only these exact refusals count; anything else is an outage and changes nothing.
    """
    return keep_refusal(db.session(), error, at)


def note_silence(at: datetime, waited: float) -> None:
    """Note that an opening waited for the portal in vain, so many seconds; any answer of the portal ends this."""
    known = get_availability().silence  # what came instead of an answer may have been seen at the call itself
    silence = Silence(known) if known in set(Silence) else Silence.NO_ANSWER
    keep_silence(db.session(), silence, at, waited=waited, counts=False)


def keep_answer(session: Session, at: datetime) -> bool:
    """Write an answer down in this session; True when the portal had been refusing before."""
    row = record_of(session)
    was_refused = row.refused_since is not None
    row.answered_at = at
    _end_silence(row)
    if was_refused:
        row.refused_from, row.refused_since, row.back_at = row.refused_since, None, at
    session.flush()
    return was_refused


def keep_refusal(session: Session, error: PortalError, at: datetime) -> bool:
    """Write a refusal down in this session; True when this is about the licence and the first such answer."""
    refusal = REFUSALS.get(type(error))  # a narrower class, such as Overloaded, is not about the licence
    if refusal is None:
        return False
    row = record_of(session)
    first = row.refused_since is None
    _end_silence(row)
    row.refused_since = row.refused_since or at
    row.refused_at, row.kind = at, refusal.value
    row.code, row.words = error.code[:80], error.description[:300]
    session.flush()
    return first


def keep_silence(
    session: Session,
    silence: Silence,
    at: datetime,
    *,
    waited: float = 0,
    grows: bool = False,
    counts: bool = True,
) -> None:
    """Note a request without an answer after so many seconds; the pause grows unless it was a person's request during a pause.

    An answer that came while this request waited is newer than its silence.
    """
    row = record_of(session)
    left = at - timedelta(seconds=waited)
    if row.answered_at is not None and left < row.answered_at <= at:
        return
    row.silent_since, row.silent_at, row.silence = row.silent_since or at, at, silence.value
    if counts and (grows or row.rests_until is None or row.rests_until <= at):
        row.failures += 1
        row.rests_until = at + pause_after(row.failures)
    session.flush()


def _end_silence(row: AvailabilityRecord) -> None:
    row.silent_since = row.silent_at = row.rests_until = None
    row.silence, row.failures = "", 0


def record_of(session: Session) -> AvailabilityRecord:
    """The record of the portal of the scope, made when there is none."""
    return single_row(AvailabilityRecord, session)
