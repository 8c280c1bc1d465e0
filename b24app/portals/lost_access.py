"""Since when no access of ours to a portal works: noted once, so that people are notified once, and ended by an access that works."""

from datetime import datetime

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from b24app.bitrix24.token_states import TokenState
from b24app.database import changed_rows, db, forget_reads
from b24app.portals.administrator_access import usable
from b24app.portals.availability import record_of
from b24app.portals.model import Access, AvailabilityRecord, InstallStatus, Portal
from b24app.services import services

log = structlog.get_logger(__name__)


def note_access_lost(portal_id: int, at: datetime) -> None:
    """Note that no access of ours works any more, unless some pair does; exactly one of the processes that see it notifies people.

    In a transaction of its own; a failure of ours must not fail the call, and the next call notes it again.
    """
    try:
        with Session(db.engine) as session:
            session.info["portal"] = portal_id
            _note(session, portal_id, at)
            session.commit()
    except SQLAlchemyError as error:
        log.warning("lost access was not noted", portal=portal_id, error=type(error).__name__)
        return
    forget_reads(db.session())


def _note(session: Session, portal_id: int, at: datetime) -> None:
    portal = session.get(Portal, portal_id)
    if portal is None or portal.status != InstallStatus.ACTIVE:
        return
    removed = Access.state == TokenState.UNINSTALLED  # the days of its denial handle that
    if session.scalar(select(exists().where(or_(usable(at), removed), Access.portal_id == portal_id))):
        return
    record_of(session)
    lost = update(AvailabilityRecord).where(AvailabilityRecord.access_lost_at.is_(None))
    found = session.execute(lost.values(access_lost_at=at).execution_options(synchronize_session=False))
    if changed_rows(found) == 1:
        services().queue.later("access_lost", portal_id, session=session)


def note_access_back(portal_id: int) -> None:
    """A pair works again: what waited for it goes on, and people who were notified of the loss are notified of this."""
    back = update(AvailabilityRecord).where(AvailabilityRecord.access_lost_at.is_not(None))
    db.session.execute(back.values(access_lost_at=None).execution_options(synchronize_session=False))
    services().queue.later("access_back", portal_id)
