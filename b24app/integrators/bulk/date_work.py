"""Beginning to write the dates of a file: one step a line, done by the job of works on many clients."""

from collections.abc import Collection
from datetime import date, datetime

from b24app.database import db
from b24app.integrators.board import read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk.date_file import FileLine
from b24app.integrators.bulk.date_lines import DateLine, KnownClients, LineState, judge_lines
from b24app.integrators.bulk.known_ends import ends_of, on_premise_of
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.bulk_work import JOB
from b24app.integrators.model import BulkKind, StepState
from b24app.services import services
from b24app.terms.term import Author

LEFT = {LineState.SAME: "same", LineState.KEPT: "kept"}


def judge_file(at: BoardAt, lines: Collection[FileLine], today: date, language: str) -> tuple[DateLine, ...]:
    """The lines against the clients that a person sees now and what they show of their terms."""
    rows = read_chosen(at, BoardConditions(BoardView.ALL))
    open_ids = {row.client_id for row in rows if row.may_act}
    clients = KnownClients.of(rows, at.seat.integrator, ends_of(open_ids), on_premise_of(open_ids))
    return judge_lines(lines, clients, today, language)


def begin_dates(lines: Collection[DateLine], *, by: Author, at: datetime) -> int:
    """Write down which dates are to be written and ask for the job; lines with errors are left out. The portal in scope is the integrator's."""
    work = BulkWork(kind=BulkKind.DATES, value=None, made_by=by.name, made_by_id=by.user_id or 0, made_at=at)
    db.session.add(work)
    db.session.flush()
    db.session.add_all(_step(work.id, one, by) for one in lines if one.row is not None and not one.error)
    db.session.flush()
    services().queue.later(JOB, work.id)
    return work.id


def _step(work_id: int, one: DateLine, by: Author) -> BulkStep:
    assert one.row is not None  # noqa: S101 - the caller has left the others out
    return BulkStep(
        work_id=work_id,
        client_id=one.row.client_id,
        consent_code=one.row.code,
        state=StepState.WAITING if one.is_written else StepState.SKIPPED,
        reason=LEFT.get(one.state, ""),
        asked_by_id=by.user_id or 0,
        term_kind=one.kind,
        ends_on=one.day,
        line=one.line.number,
    )
