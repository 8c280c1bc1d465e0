"""What was opened to do a step, by whom and when; opening is no mark: whether it was done a person says afterwards."""

import contextlib
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.errors import BadInput
from b24app.renewal import model
from b24app.renewal.renewal_stages import Opening
from b24app.terms.term import Author, Term
from b24app.text.messages import N_


def list_openings(term: Term) -> dict[str, Opening]:
    """What was opened for the present end of a term, by code; nothing is left of it when the end moves."""
    query = select(model.StepOpening).where(*_of(term)).order_by(model.StepOpening.id)
    return {row.code: Opening(row.code, row.way, row.by, row.at) for row in db.session.scalars(query)}


def note_opening(term: Term, code: str, way: str, *, by: Author, at: datetime) -> None:
    """Keep that the place of a step was opened; opening it again renews who and when."""
    if term.ends_on is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    said = {"way": way, "by_id": by.user_id, "by": by.name[:255], "at": at}
    again = update(model.StepOpening).where(*_of(term, code)).values(**said)
    if getattr(db.session.execute(again.execution_options(synchronize_session=False)), "rowcount", 0):
        return
    row = model.StepOpening(clock_id=term.id, ends_on=term.ends_on, code=code, **said)
    # of two presses at once the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)


def forget_opening(term: Term, code: str) -> None:
    """The question was answered, by yes or by not yet; nothing happens when there was none."""
    gone = delete(model.StepOpening).where(*_of(term, code))
    db.session.execute(gone.execution_options(synchronize_session=False))


def _of(term: Term, code: str = "") -> list[ColumnElement[bool]]:
    found = [model.StepOpening.clock_id == term.id, model.StepOpening.ends_on == term.ends_on]
    return [*found, model.StepOpening.code == code] if code else found
