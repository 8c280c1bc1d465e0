"""Acceptances of differences: of one, of all open ones, and their withdrawal; exactly these differences are not shown again."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, delete

from b24app.checklist.engine.runs import latest_run
from b24app.checklist.model import AcceptedChange
from b24app.comparison.accepted_checks import REASONS, judge_with_acceptances
from b24app.comparison.compare import Change
from b24app.comparison.stored_comparison import accepted_changes, compare_with_baseline
from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.terms.term import Author
from b24app.text.messages import N_

UNTIL_A_DAY = "for_now"
OFFERED = ("on_purpose", "repaired", UNTIL_A_DAY)
"""The reasons that a page offers; the others are of earlier releases and still read."""


def accept_change(
    run_id: int,
    kind: str,
    key: str,
    *,
    reason: str,
    explanation: str,
    by: Author,
    at: datetime,
    until: date | None = None,
) -> AcceptedChange:
    """Accept a difference; exactly this one is not open in later comparisons."""
    if reason not in REASONS:
        raise BadInput(N_("Choose why you accept it."), "reason")
    view = compare_with_baseline(run_id)
    lines = view.lines if view else ()
    change = next(
        (line.change for line in lines if (line.change.kind.code, line.change.key) == (kind, key)), None
    )
    if change is None:
        raise NotFound("change")
    said = (*_present(kind, key), AcceptedChange.settled_at.is_(None))
    db.session.execute(delete(AcceptedChange).where(*said))  # accepted again: the last explanation counts
    row = _accepted(change, reason, explanation.strip(), by, at)
    row.until = until if reason == UNTIL_A_DAY else None
    db.session.add(row)
    weigh_acceptances(run_id)
    return row


def accept_open(run_id: int, *, by: Author, at: datetime) -> int:
    """Accept every open difference that stops no work as intended; returns how many."""
    view = compare_with_baseline(run_id)
    mild = [line.change for line in view.open_lines if not line.stops_work] if view else []
    db.session.add_all([_accepted(change, "on_purpose", "", by, at) for change in mild])
    weigh_acceptances(run_id)
    return len(mild)


def _accepted(change: Change, reason: str, explanation: str, by: Author, at: datetime) -> AcceptedChange:
    return AcceptedChange(
        kind=change.kind.code, key=change.key[:255], fingerprint=change.fingerprint,
        reason=reason, explanation=explanation, user_id=by.user_id, user_name=by.name, accepted_at=at,
    )  # fmt: skip


def return_change(kind: str, key: str) -> None:
    """Take an acceptance back: the difference counts again, and so do the checks that report it."""
    _take_back(*_present(kind, key))


def _present(kind: str, key: str) -> tuple[ColumnElement[bool], ...]:
    """The condition of acceptances of the difference of one object."""
    return AcceptedChange.kind == kind, AcceptedChange.key == key[:255]


def return_accepted_at(at: datetime, *, by: Author) -> None:
    """Take back what this person accepted at exactly that moment, all at once."""
    _take_back(AcceptedChange.accepted_at == at, AcceptedChange.user_id == by.user_id)


def _take_back(*mine: ColumnElement[bool]) -> None:
    db.session.execute(delete(AcceptedChange).where(*mine))
    newest = latest_run(finished=True)
    if newest is not None:
        weigh_acceptances(newest.id)


def weigh_acceptances(run_id: int) -> None:
    """Judge the checks of a run again by the present acceptances, as its comparison is."""
    view = compare_with_baseline(run_id)
    if view is not None:
        judge_with_acceptances(run_id, [line.change for line in view.lines], accepted_changes())
