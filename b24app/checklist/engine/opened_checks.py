"""Checks whose page of the portal a person has opened: he is asked afterwards whether he has corrected it there."""

import contextlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from b24app.checklist.engine.mutes_and_owners import refuse_unknown
from b24app.checklist.model import CheckOpening
from b24app.database import changed_rows, db
from b24app.portal_rows import PortalRows
from b24app.terms.term import Author

OPENED = PortalRows(select(CheckOpening).order_by(CheckOpening.id))


def opened_checks() -> Mapping[str, CheckOpening]:
    """Openings whose question is not answered, by the code of the check."""
    return {row.code: row for row in OPENED.read()}


def note_opened(code: str, *, by: Author, at: datetime) -> None:
    """Store that the page of a check was opened; opening it again renews who and when."""
    refuse_unknown(code)
    values = {"by_id": by.user_id, "by": by.name[:255], "at": at}
    again = update(CheckOpening).where(CheckOpening.code == code).values(**values)
    if changed_rows(db.session.execute(again.execution_options(synchronize_session=False))):
        return
    # of two simultaneous presses the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(CheckOpening(code=code, **values))


def forget_opened(code: str) -> None:
    """Delete an opening whose question was answered; does nothing when there was none."""
    gone = delete(CheckOpening).where(CheckOpening.code == code)
    db.session.execute(gone.execution_options(synchronize_session=False))
