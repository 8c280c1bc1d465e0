"""What people have written beside a step of a renewal: their own day, a note, and whom they asked to do it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.database import db
from b24app.errors import BadInput
from b24app.portal_rows import PortalRows
from b24app.renewal import model
from b24app.renewal.progress_steps import STEP_CODES
from b24app.terms.term import Author, Term
from b24app.text.messages import N_

LONGEST_NOTE = 500
DETAILS = PortalRows(select(model.StepDetail).order_by(model.StepDetail.id))


@dataclass(frozen=True, slots=True)
class StageDetail:
    """One step: its own day and note, who wrote them and when, and who was asked to do it by a task."""

    code: str
    due_on: date | None
    note: str
    said_by: str
    said_at: datetime
    asked_name: str
    asked_at: datetime | None


def list_details(term: Term) -> Mapping[str, StageDetail]:
    """What is written beside the steps of the present end of a term, by code."""
    rows = (row for row in DETAILS.read() if (row.term_id, row.ends_on) == (term.id, term.ends_on))
    return {
        row.code: StageDetail(
            row.code, row.due_on, row.note, row.said_by, row.said_at, row.asked_name, row.asked_at
        )
        for row in rows
    }


def own_days(details: Mapping[str, StageDetail]) -> dict[str, date]:
    """The days that people have set for steps themselves."""
    return {code: detail.due_on for code, detail in details.items() if detail.due_on}


def set_day(
    term: Term, code: str, day: date | None, *, latest: date | None, by: Author, at: datetime
) -> None:
    """Keep a day of one's own for a step; it may not be later than the counted one. None takes it back."""
    if day is not None and latest is not None and day > latest:
        raise BadInput(N_("Later than the counted day the money may not arrive in time."), "due_on")
    row = _row(term, code, by, at)
    row.due_on, row.said_by, row.said_at = day, by.name[:255], at
    db.session.flush()


def set_note(term: Term, code: str, note: str, *, by: Author, at: datetime) -> None:
    """Keep a note beside a step; an empty one takes it back."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(N_("This is too long."), "note")
    row = _row(term, code, by, at)
    row.note, row.said_by, row.said_at = note, by.name[:255], at
    db.session.flush()


def note_asked(term: Term, code: str, name: str, *, by: Author, at: datetime) -> None:
    """Keep who was asked by a task to do a step, and when."""
    row = _row(term, code, by, at)
    row.asked_name, row.asked_at = name[:255], at
    db.session.flush()


def _row(term: Term, code: str, by: Author, at: datetime) -> model.StepDetail:
    """The row of a step; made when there is none. Of two requests that make it at once the second writes into the first's row."""
    if code not in STEP_CODES:
        raise BadInput(N_("Choose one of the offered values."), "code")
    if term.ends_on is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    mine = select(model.StepDetail).where(
        model.StepDetail.term_id == term.id,
        model.StepDetail.ends_on == term.ends_on,
        model.StepDetail.code == code,
    )
    if found := db.session.scalar(mine):
        return found
    row = model.StepDetail(term_id=term.id, ends_on=term.ends_on, code=code)
    row.note, row.said_by, row.said_at, row.asked_name = "", by.name[:255], at, ""
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)
    return db.session.scalars(mine).one()
