"""Requests to confirm the end of a plan: an integrator asks, the client's administrator answers in his own portal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from b24app.database import changed_rows, current_portal_id, db, every_portal
from b24app.errors import BadInput, NotFound
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.bulk.model import DateRequest, RequestState
from b24app.integrators.pipeline.proposals import gives_terms
from b24app.integrators.rights import Right
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.paid_terms import confirm_paid_term, set_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import main_kind
from b24app.terms.term import Author, Term
from b24app.text.messages import N_

AGAIN = timedelta(days=7)
"""A reminder goes no more often than this."""

MOST_TELLS = 4
JOB = "tell_date_requests"
ASKED = "/clients/confirm"
OPEN = PortalRows(select(DateRequest).where(DateRequest.state == RequestState.OPEN).order_by(DateRequest.id))


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request as the client's administrator reads it; `ends_on` is the date stored in his portal now."""

    id: int
    integrator: str
    person: str
    asked_at: datetime
    kind: str
    ends_on: date | None
    said_by: str


def ask_date(
    integrator_id: int, consent_code: str, who: AuditPerson, at: datetime, *, every: timedelta | None = None
) -> tuple[int | None, str]:
    """Ask the portal in scope, once at a time; returns the request, or why nobody is asked now.

    With `every` a date is asked for whose confirmation is that old; else one that nobody has confirmed for half a year.
    """
    term = main_term(at)
    row = _open_of(integrator_id)
    if row is not None and _is_overtaken(row, term):
        _close(row, RequestState.ELSEWHERE, at)
        row = None
    if term is not None and _is_fresh(term, at, every):
        return None, "confirmed"
    if row is not None and not _may_remind(row, at):
        return None, "asked"
    if row is None:
        row = DateRequest(integrator_id=integrator_id, state=RequestState.OPEN, tells=0)
        db.session.add(row)
    row.consent_code, row.integrator, row.person = consent_code, who.integrator[:255], who.name[:255]
    row.asked_at, row.due_at, row.tells = at, at, 0
    db.session.flush()
    write_line(consent_code, who, Deed.ACTED, at, right=Right.TERMS, detail=ASKED)
    services().queue.later(JOB, current_portal_id())
    return row.id, ""


def _is_fresh(term: Term, at: datetime, every: timedelta | None) -> bool:
    if term.needs_confirming(at):
        return False
    return every is None or at - term.known_at < every


def _may_remind(row: DateRequest, at: datetime) -> bool:
    """Whether a reminder is due: a week after the last one, or once the clock that wrote it has been put back."""
    return _is_old(row.asked_at, at) and (row.told_at is None or _is_old(row.told_at, at))


def _is_old(moment: datetime, now: datetime) -> bool:
    return abs(now - moment) >= AGAIN


def main_term(now: datetime) -> Term | None:
    """The term that the renewal of the portal in scope is about."""
    found = main_situation(now, day_at(now))
    return found.term if found else None


def _open_of(integrator_id: int) -> DateRequest | None:
    mine = DateRequest.integrator_id == integrator_id, DateRequest.state == RequestState.OPEN
    return db.session.scalar(select(DateRequest).where(*mine))


def _is_overtaken(row: DateRequest, term: Term | None) -> bool:
    """Whether the date was confirmed on another page since it was asked for."""
    known = term.confirmed_at if term else None
    return known is not None and known > row.asked_at


def is_wanted(row: DateRequest, term: Term | None, now: datetime) -> bool:
    """Whether an open request still waits: the access lives with the right to see terms, and nobody has confirmed the date."""
    return gives_terms(row.integrator_id, now) and not _is_overtaken(row, term)


def open_requests(now: datetime) -> tuple[OpenRequest, ...]:
    """The requests that wait for the administrator of the portal in scope; none of an access that has ended."""
    rows = OPEN.read()
    if not rows:
        return ()
    term = main_term(now)
    kind = str(term.kind) if term else main_kind(get_profile())
    day, said_by = (term.ends_on, term.confirmed_by or term.said_by) if term else (None, "")
    return tuple(
        OpenRequest(row.id, row.integrator, row.person, row.asked_at, kind, day, said_by)
        for row in rows
        if is_wanted(row, term, now)
    )


def confirm_date(request_id: int, shown: date, *, by: Author, at: datetime) -> None:
    """Confirm the date as it was shown. Raises NotFound for what is answered or over, BadInput for a date that has changed."""
    row, term = _waiting(request_id, at)
    if term is None or term.ends_on != shown:
        raise BadInput(N_("The date was changed meanwhile: look at it once more."), "date_request")
    _answer(row, RequestState.CONFIRMED, by, at)
    confirm_paid_term(term.id, by=by, at=at)


def correct_date(request_id: int, ends_on: date, *, by: Author, at: datetime) -> None:
    """Write another date down and confirm it. Raises NotFound, BadInput."""
    row, term = _waiting(request_id, at)
    _answer(row, RequestState.CORRECTED, by, at)
    set_paid_term(term.kind if term else main_kind(get_profile()), ends_on, by=by, at=at)


def _waiting(request_id: int, at: datetime) -> tuple[DateRequest, Term | None]:
    row = db.session.scalar(select(DateRequest).where(DateRequest.id == request_id))
    term = main_term(at)
    if row is None or row.state != RequestState.OPEN or not is_wanted(row, term, at):
        raise NotFound("request")
    return row, term


def _answer(row: DateRequest, state: RequestState, by: Author, at: datetime) -> None:
    """Answer a request once: of two answers at the same moment one counts."""
    one = update(DateRequest).where(DateRequest.id == row.id, DateRequest.state == RequestState.OPEN)
    values = {"state": state, "answered_by": by.name[:255], "answered_at": at, "due_at": None}
    if not changed_rows(db.session.execute(one.values(**values))):
        raise NotFound("request")


def _close(row: DateRequest, state: RequestState, at: datetime) -> None:
    row.state, row.answered_at, row.due_at = state, at, None
    db.session.flush()


def close_unwanted(now: datetime) -> None:
    """Close the requests of the portal in scope whose access has ended, or whose date was confirmed elsewhere."""
    term = main_term(now)
    for row in db.session.scalars(select(DateRequest).where(DateRequest.state == RequestState.OPEN)).all():
        if _is_overtaken(row, term):
            _close(row, RequestState.ELSEWHERE, now)
        elif not gives_terms(row.integrator_id, now):
            _close(row, RequestState.ENDED, now)


def asked_lately(integrator_id: int, now: datetime) -> frozenset[int]:
    """The clients that an integrator has asked within a week and that have not answered."""
    with every_portal():
        rows = db.session.scalars(
            select(DateRequest).where(
                DateRequest.integrator_id == integrator_id, DateRequest.state == RequestState.OPEN
            )
        ).all()
    return frozenset(row.portal_id for row in rows if not _may_remind(row, now))
