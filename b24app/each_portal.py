"""Work over many portals, each alone: a failure in one is rolled back and logged with its name, and the next one begins."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import Base, db

T = TypeVar("T")
log = structlog.get_logger(__name__)


def for_each_portal(portal_ids: Collection[int], work: Callable[[int], T]) -> list[T | None]:
    """Do one piece of work in every portal, committed one by one; None for the portals where it failed."""
    db.session.commit()
    return [alone(portal_id, work) for portal_id in portal_ids]


def alone(portal_id: int, work: Callable[[int], T]) -> T | None:
    """Do a piece of work in one portal and commit it; any failure is rolled back and logged, never raised."""
    with naming(portal_id):
        try:
            done = work(portal_id)
            db.session.commit()
        except Exception as error:
            _roll_back()
            log.exception("work in one portal failed", error=type(error).__name__)
            return None
        return done


@contextmanager
def naming(portal_id: int) -> Iterator[None]:
    """Let every log line inside carry the portal's name."""
    with structlog.contextvars.bound_contextvars(portal=_name(portal_id)):
        yield


def _name(portal_id: int) -> str:
    """The address of a portal, read apart from the work; its number when the database does not answer."""
    portal = Base.metadata.tables["portal"].c  # the table itself is in a higher room
    try:
        with db.engine.connect() as connection:
            found = connection.scalar(select(portal.domain).where(portal.id == portal_id))
    except SQLAlchemyError:
        found = None
    return str(found or f"#{portal_id}")


def _roll_back() -> None:
    """Forget what one portal has begun; a connection that is lost is given away with its session."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()
