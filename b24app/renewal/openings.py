"""What was opened to do a step, by whom and when; opening is no mark: whether it was done a person says afterwards."""

import contextlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.errors import BadInput
from b24app.license.terms import Author, Term
from b24app.renewal import model
from b24app.renewal.stages import Opening
from b24app.storage import db
from b24app.texts import N_


def list_openings(term: Term) -> dict[str, Opening]:
    """What was opened for the present end of a term, by code; nothing is left of it when the end moves."""
    query = _of(term).order_by(model.StepOpening.id)
    return {row.code: Opening(row.code, row.way, row.by, row.at) for row in db.session.scalars(query)}


def note_opening(term: Term, code: str, way: str, *, by: Author, at: datetime) -> None:
    """Keep that the place of a step was opened; opening it again renews who and when."""
    if term.ends_on is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    row = db.session.scalar(_of(term).where(model.StepOpening.code == code))
    row = row or model.StepOpening(clock_id=term.id, ends_on=term.ends_on, code=code)
    row.way, row.by_id, row.by, row.at = way, by.user_id, by.name[:255], at
    # of two presses at once the first one is kept
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)


def forget_opening(term: Term, code: str) -> None:
    """The question was answered, by yes or by not yet; nothing happens when there was none."""
    for row in db.session.scalars(_of(term).where(model.StepOpening.code == code)):
        db.session.delete(row)
    db.session.flush()


def _of(term: Term) -> Any:
    return select(model.StepOpening).where(
        model.StepOpening.clock_id == term.id, model.StepOpening.ends_on == term.ends_on
    )
