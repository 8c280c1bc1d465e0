"""Numbers of errors that pages have shown: kept beside the page that fails, found when somebody names one to support."""

from datetime import datetime, timedelta

import structlog
from flask import g, request
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db, every_portal
from b24app.errors import AppError, PortalError, Unavailable
from b24app.services import services
from b24app.web.model import ShownError

KEPT = timedelta(days=30)
SERVER_FAULT = 500
LONGEST_KIND, LONGEST_ENDPOINT = 80, 120
log = structlog.get_logger(__name__)


def note_shown_error(error: Exception, known: AppError, number: str) -> None:
    """Keep the number of what went wrong with us or with the portal, in a transaction of its own; it never fails the page.

    A refusal, a wrong form and an absent database leave nothing: there is nothing to look for, or nowhere to put it.
    """
    frame = g.get("frame")
    ours = known.status >= SERVER_FAULT or isinstance(known, PortalError)
    if frame is None or not ours or isinstance(known, Unavailable):
        return
    row = {
        "portal_id": frame.portal_id,
        "number": number,
        "at": services().clock.now(),
        "kind": type(error).__name__[:LONGEST_KIND],
        "endpoint": (request.endpoint or "")[:LONGEST_ENDPOINT],
    }
    try:
        with db.engine.begin() as connection:
            connection.execute(insert(ShownError).values(row))
    except SQLAlchemyError as failure:
        log.warning("the number of an error could not be kept", error=type(failure).__name__)


def find_shown_error(number: str) -> ShownError | None:
    """The newest error of the portal in scope that was shown with this number."""
    query = select(ShownError).where(ShownError.number == number).order_by(ShownError.id.desc())
    return db.session.scalar(query.limit(1))


def newest_errors(since: datetime, most: int = 20) -> list[ShownError]:
    """What went wrong in the portal in scope since a moment, the newest first."""
    query = select(ShownError).where(ShownError.at >= since).order_by(ShownError.id.desc())
    return list(db.session.scalars(query.limit(most)))


def prune_shown_errors() -> None:
    """Forget what nobody will name any more."""
    with every_portal():
        db.session.execute(delete(ShownError).where(ShownError.at < services().clock.now() - KEPT))
