"""Taking back the last mark of a renewal, with all that it has changed: waiting, the new end, a renewal that was given up."""

from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput
from b24app.renewal import model
from b24app.renewal.case import GIVEN_UP, CaseView
from b24app.renewal.case_changes import TAKEN_UP, case_row, case_view
from b24app.renewal.renewal_stages import Stage, is_reached, may_unmark
from b24app.terms.paid_terms import get_paid_term, mark_pending, paid_term_history, take_back_change
from b24app.terms.term import Author
from b24app.text.messages import N_

LATER_ONE = N_("This renewal is behind you: a later one has begun.")
MOVED_SINCE = N_("The date was changed again since: write the right one down in “Terms and money”.")


def unmark_stage(case_id: int, stage: Stage | str, *, by: Author, at: datetime) -> CaseView:
    """Take back the furthest mark; with the payment goes the waiting, with the activation the new end.

    Raises BadInput when it is not the last one, a later renewal has begun, or the new end was changed again since.
    """
    row, kind = case_row(case_id), Stage(stage)
    taken = (Stage.ACTIVATION_AWAITED, Stage.PAID) if kind is Stage.PAID else (kind,)
    if not may_unmark(case_view(row).marks, taken[0]):
        raise BadInput(N_("Only the last mark can be taken back."), "stage")
    if _has_later_one(row):
        raise BadInput(LATER_ONE, "stage")
    if kind is Stage.ACTIVE:
        _take_back_end(row, by, at)
    for line in db.session.scalars(select(model.StageMark).where(model.StageMark.case_id == row.id)):
        if line.stage in taken:
            db.session.delete(line)
    if kind is Stage.PAID:
        mark_pending(row.term_id, None, by=by, at=at)
    row.closed_at, row.outcome = None, ""
    db.session.flush()
    return case_view(row)


def give_up_again(case_id: int, *, at: datetime) -> CaseView:
    """Give a renewal up again when the mark that had taken it up was taken back: by the same person and reason."""
    row = case_row(case_id)
    decided = (line.action for line in paid_term_history(row.term_id) if line.action in (GIVEN_UP, TAKEN_UP))
    if next(decided, "") == GIVEN_UP and not is_reached(case_view(row).marks, Stage.PAID):
        row.closed_at, row.outcome = at, GIVEN_UP
        db.session.flush()
    return case_view(row)


def _has_later_one(row: model.Case) -> bool:
    """Whether the term has a later renewal; one that only a moved date had closed does not count."""
    later = select(model.Case.id).where(
        model.Case.term_id == row.term_id, model.Case.id > row.id, model.Case.outcome != "unverified"
    )
    return db.session.scalar(later.limit(1)) is not None


def _take_back_end(row: model.Case, by: Author, at: datetime) -> None:
    """Put the previous end back; an end that stays moved would mark the activation again by itself."""
    if get_paid_term(row.term_id).ends_on == row.ends_on:
        return
    last = max(paid_term_history(row.term_id), key=lambda line: line.id)
    if last.action != "changed" or last.changes.get("ends_on", [""])[0] != row.ends_on.isoformat():
        raise BadInput(MOVED_SINCE, "stage")
    take_back_change(last.id, by=by, at=at)
