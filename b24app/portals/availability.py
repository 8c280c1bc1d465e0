"""Whether a portal answers us and, if not, why and since when: one table, which only this module writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from b24app.bitrix24.call_log import CallEntry, CallLog
from b24app.bitrix24.error_codes import REFUSALS, Refusal
from b24app.bitrix24.oauth import TokenState
from b24app.database import db, forget_reads, read_once
from b24app.errors import ApplicationGone, PortalError, TokenRejected, Unavailable
from b24app.portals.administrator_access import usable
from b24app.portals.model import Access, AvailabilityRecord, InstallStatus, Portal
from b24app.services import services

log = structlog.get_logger(__name__)


DEAD_ACCESS: Mapping[type[PortalError], TokenState] = {
    TokenRejected: TokenState.REVOKED,
    ApplicationGone: TokenState.UNINSTALLED,
}


@dataclass(frozen=True, slots=True)
class Availability:
    """The last answer and the last refusal of a portal; from `refused_from` to `back_at` it refused before.

    Since `access_lost_at` no access of ours works. `silent_since` is the first opening that waited for it in vain,
    `silent_at` the last.
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

    @property
    def silent(self) -> bool:
        """Whether the portal has not answered since an opening waited for it in vain."""
        return self.silent_since is not None

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


@read_once
def get_availability() -> Availability:
    """What is known of the portal of the scope; nothing before its first answer."""
    row = db.session.scalar(select(AvailabilityRecord))
    if row is None:
        return Availability()
    return Availability(**{field.name: getattr(row, field.name) for field in fields(Availability)})


def note_answer(at: datetime) -> bool:
    """The portal answered; True when it had been refusing before."""
    return _note_answer(db.session(), at)


def note_refusal(error: PortalError, at: datetime) -> bool:
    """The portal refused; True when this is about the licence and it is the first such answer.

    Only these exact refusals count; anything else is an outage and changes nothing.
    """
    return _note_refusal(db.session(), error, at)


def note_silence(at: datetime) -> None:
    """An opening waited for the portal in vain; any answer of the portal ends this."""
    row = _row(db.session())
    row.silent_since, row.silent_at = row.silent_since or at, at
    db.session.flush()


def _note_answer(session: Session, at: datetime) -> bool:
    row = _row(session)
    was_refused = row.refused_since is not None
    row.answered_at = at
    row.silent_since = row.silent_at = None
    if was_refused:
        row.refused_from, row.refused_since, row.back_at = row.refused_since, None, at
    session.flush()
    return was_refused


def _note_refusal(session: Session, error: PortalError, at: datetime) -> bool:
    refusal = REFUSALS.get(type(error))  # a narrower class, such as Overloaded, says nothing of the licence
    if refusal is None:
        return False
    row = _row(session)
    first = row.refused_since is None
    row.silent_since = row.silent_at = None
    row.refused_since = row.refused_since or at
    row.refused_at, row.kind = at, refusal.value
    row.code, row.words = error.code[:80], error.description[:300]
    session.flush()
    return first


def _row(session: Session) -> AvailabilityRecord:
    row = session.scalar(select(AvailabilityRecord))
    if row is None:
        row = AvailabilityRecord()
        session.add(row)
        session.flush()
    return row


def note_access_lost(portal_id: int, at: datetime) -> None:
    """Unless some pair works still: no access of ours does any more, and of all who see it one lets people know."""
    keep_alone(portal_id, lambda session: _note_access_lost(session, portal_id, at))


def _note_access_lost(session: Session, portal_id: int, at: datetime) -> None:
    portal = session.get(Portal, portal_id)
    if portal is None or portal.status != InstallStatus.ACTIVE:
        return
    removed = Access.state == TokenState.UNINSTALLED  # that is told by the days of its denial
    if session.scalar(select(exists().where(or_(usable(at), removed), Access.portal_id == portal_id))):
        return
    _row(session)
    lost = update(AvailabilityRecord).where(AvailabilityRecord.access_lost_at.is_(None))
    found = session.execute(lost.values(access_lost_at=at).execution_options(synchronize_session=False))
    if getattr(found, "rowcount", 0) == 1:
        services().queue.later("access_lost", portal_id, session=session)


def note_access_back(portal_id: int) -> None:
    """A pair works again: what waited for it goes on, and people who were told of the loss are told of this."""
    back = update(AvailabilityRecord).where(AvailabilityRecord.access_lost_at.is_not(None))
    db.session.execute(back.values(access_lost_at=None).execution_options(synchronize_session=False))
    services().queue.later("access_back", portal_id)


def keep_alone(portal_id: int, write: Callable[[Session], object]) -> bool:
    """Write in a transaction of its own; a failure of ours must not fail the call, and the next call notes it again."""
    try:
        with Session(db.engine) as session:
            session.info["portal"] = portal_id
            write(session)
            session.commit()
    except (SQLAlchemyError, Unavailable) as error:
        log.warning("availability was not noted", portal=portal_id, error=type(error).__name__)
        return False
    forget_reads(db.session())
    return True


class KeepsState(Protocol):
    """The access that calls carry: where it stands is remembered."""

    def set_state(self, state: TokenState) -> None:
        """Remember where the pair stands."""
        ...


@dataclass(slots=True)
class AvailabilityWatch:
    """A log of calls that also notes what a refusal or an answer means; in transactions of its own.

    `active` is an install that is finished and not removed: of no other is anything noted. `access` is None for the
    token of a frame.
    """

    log: CallLog
    portal_id: int
    active: bool
    refused: bool
    access: KeepsState | None = None
    silent: bool = False

    def record(self, entry: CallEntry, error: PortalError | None = None) -> None:
        """Write the call down and note what it says about the access and the portal."""
        self.log.record(entry, error)
        if error is not None:
            self._note(error)
        elif self.active and self.refused:
            self._note_return()
        elif self.active and self.silent:
            self._note_voice()

    def _note(self, error: PortalError) -> None:
        state = DEAD_ACCESS.get(type(error))
        if state is not None and self.access is not None:
            self.access.set_state(state)
        if self.active and type(error) in REFUSALS:
            keep_alone(self.portal_id, lambda session: _note_refusal(session, error, services().clock.now()))
            self.refused = True

    def _note_return(self) -> None:
        """The portal answers again; of all who see it one says so."""
        now, table = services().clock.now(), AvailabilityRecord
        back = update(table).where(table.refused_since.is_not(None))
        back = back.values(refused_from=table.refused_since, refused_since=None, back_at=now, answered_at=now)
        back = back.values(silent_since=None, silent_at=None)
        back = back.execution_options(synchronize_session=False)

        def write(session: Session) -> None:
            """Keep and queue together: a return that no job has seen would never be noticed."""
            if getattr(session.execute(back), "rowcount", 0) == 1:
                services().queue.later("portal_back", self.portal_id, session=session)

        keep_alone(self.portal_id, write)
        self.refused = False

    def _note_voice(self) -> None:
        """The portal answers again after openings had waited for it in vain."""
        keep_alone(self.portal_id, lambda session: _note_answer(session, services().clock.now()))
        self.silent = False
