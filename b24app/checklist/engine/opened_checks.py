"""Checks whose page of the portal a person has opened: he is asked afterwards whether he has put it right there."""

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
    """What was opened and not answered about, by the code of its check."""
    return {row.code: row for row in OPENED.read()}


def note_opened(code: str, *, by: Author, at: datetime) -> None:
    """Keep that the page of a check was opened; opening it again renews who and when."""
    refuse_unknown(code)
    values = {"by_id": by.user_id, "by": by.name[:255], "at": at}
    again = update(CheckOpening).where(CheckOpening.code == code).values(**values)
    if changed_rows(db.session.execute(again.execution_options(synchronize_session=False))):
        return
    # of two presses at once the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(CheckOpening(code=code, **values))


def forget_opened(code: str) -> None:
    """The question was answered, by yes or by not yet; nothing happens when there was none."""
    gone = delete(CheckOpening).where(CheckOpening.code == code)
    db.session.execute(gone.execution_options(synchronize_session=False))
