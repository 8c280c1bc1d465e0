"""The watch over a client's calls: what each answer, refusal and silence means, and whether a portal may be asked now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from b24app.bitrix24.call_log import CallEntry, CallLog
from b24app.bitrix24.error_codes import REFUSALS
from b24app.bitrix24.no_answer import LineCut, PortalRests
from b24app.bitrix24.retries import may_pass
from b24app.bitrix24.token_states import TokenState
from b24app.database import changed_rows, db, forget_reads
from b24app.errors import ApplicationGone, PortalError, TokenRejected, Unavailable
from b24app.portals.availability import SPEAKS, Availability, keep_refusal, keep_silence
from b24app.portals.model import AvailabilityRecord
from b24app.portals.pauses import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    PERSON_SECONDS,
    PROBE_LEASE,
    PROBE_SECONDS,
    Silence,
    ends_asking,
    is_answer,
    silence_of,
)
from b24app.services import services

log = structlog.get_logger(__name__)
DEAD_ACCESS: Mapping[type[PortalError], TokenState] = {
    TokenRejected: TokenState.REVOKED,
    ApplicationGone: TokenState.UNINSTALLED,
}


class KeepsState(Protocol):
    """The access that calls carry: its state is stored."""

    def set_state(self, state: TokenState) -> None:
        """Store the state of the pair."""
        ...


@dataclass(slots=True)
class AvailabilityWatch:
    """A log of calls that also notes what a refusal, an answer or silence means; in transactions of its own.

    It is the gate of the client too: a portal that did not answer is left alone, but for one question when its pause is
    over, and for one of each `person`'s press. `active` is an install that is finished and not removed: of no other is
    anything noted. `access` is None for the token of a frame.
    """

    log: CallLog
    portal_id: int
    active: bool
    known: Availability
    access: KeepsState | None = None
    person: bool = False
    _refused: bool = field(init=False)
    _silent: bool = field(init=False)
    _failed: int = field(init=False, default=0)
    _last: PortalError | None = field(init=False, default=None)
    _claimed: bool = field(init=False, default=False)
    _noted: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._refused, self._silent = self.known.refused, self.known.silent

    def admit(self) -> float:
        """The seconds that the next request may take; raises PortalRests while the portal is left alone."""
        if self._last is not None and ends_asking(self._last, self._failed):
            raise self._rests()
        if not (self.active and self._silent and self.known.failures) or self._failed:
            return inf
        if self.person:
            return PERSON_SECONDS
        self._claimed = self._claimed or self._claim()
        if not self._claimed:
            raise self._rests()
        return PROBE_SECONDS

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:
        """Write the call down and note what it shows about the access and the portal."""
        self.log.record(entry, error)
        silence = silence_of(error) if error is not None else None
        if error is not None:
            self._note(error)
        if silence is not None and error is not None:
            self._note_silence(silence, error, entry.seconds)
        elif error is None or is_answer(error):
            self._note_answer(in_peace=error is None)

    def _note(self, error: PortalError) -> None:
        state = DEAD_ACCESS.get(type(error))
        if state is not None and self.access is not None:
            self.access.set_state(state)
        if self.active and type(error) in REFUSALS:
            self._keep(lambda session: keep_refusal(session, error, services().clock.now()))
            self._refused = True

    def _note_silence(self, silence: Silence, error: PortalError, waited: float) -> None:
        """A question that had a moment only shows that the portal is slow, which is no reason to leave it alone.

        One that may go through in a moment, such as a line that broke off, is noted when it happens again.
        """
        counts = silence is not Silence.NO_ANSWER or waited >= PROBE_SECONDS / 2 or isinstance(error, LineCut)
        self._failed, self._last, grows = self._failed + 1, error, self._claimed
        if self.active and not self._noted and (self._failed > 1 or not may_pass(error)):
            self._noted, now = True, services().clock.now()
            self._keep(
                lambda session: keep_silence(session, silence, now, waited=waited, grows=grows, counts=counts)
            )
            self._silent = True

    def _note_answer(self, *, in_peace: bool) -> None:
        self._failed, self._last, self._noted = 0, None, False
        if not self.active:
            return
        if in_peace and self._refused:
            self._note_return()
        elif self._silent:
            self._keep(self._end_silence)
            self._silent = False

    def _note_return(self) -> None:
        """The portal answers again: exactly one of the processes that see it begins what follows."""
        now, table = services().clock.now(), AvailabilityRecord
        back = update(table).where(table.refused_since.is_not(None))
        back = back.values(refused_from=table.refused_since, refused_since=None, back_at=now, answered_at=now)
        back = back.values(SPEAKS).execution_options(synchronize_session=False)

        def write(session: Session) -> None:
            """Keep and queue together: a return that no job has seen would never be noticed."""
            if changed_rows(session.execute(back)) == 1:
                services().queue.later("portal_back", self.portal_id, session=session)

        self._keep(write)
        self._refused = self._silent = False

    def _end_silence(self, session: Session) -> None:
        """The portal answers again: exactly one of the processes that see it begins what its silence held up."""
        table, now = AvailabilityRecord, services().clock.now()
        failing = session.scalar(select(table.failures)) or 0
        ended = update(table).where(table.silent_since.is_not(None)).values({**SPEAKS, "answered_at": now})
        done = session.execute(ended.execution_options(synchronize_session=False))
        if failing and changed_rows(done) == 1:
            services().queue.later("portal_answers", self.portal_id, session=session)

    def _claim(self) -> bool:
        """Whether the pause is over and this worker asks first; the others wait for its result."""
        now, table, claimed = services().clock.now(), AvailabilityRecord, []
        free = or_(
            table.rests_until <= now,
            table.rests_until > now + 2 * LONGEST_PAUSE,  # a clock was set back
        )
        mine = update(table).where(free).values(rests_until=now + PROBE_LEASE)
        mine = mine.execution_options(synchronize_session=False)
        self._keep(lambda session: claimed.append(changed_rows(session.execute(mine))))
        return claimed == [1]

    def _rests(self) -> PortalRests:
        until, soonest = self.known.rests_until, services().clock.now() + FIRST_PAUSE
        return PortalRests(reset_at=soonest if until is None else max(until, soonest))

    def _keep(self, write: Callable[[Session], object]) -> None:
        """Write in a transaction of its own; a failure of ours must not fail the call, and the next call notes it again."""
        try:
            with Session(db.engine) as session:
                session.info["portal"] = self.portal_id
                write(session)
                session.commit()
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("availability was not noted", portal=self.portal_id, error=type(error).__name__)
            return
        forget_reads(db.session())
