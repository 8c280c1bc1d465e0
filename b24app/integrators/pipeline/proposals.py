"""Proposals in a client's renewal: made by a move in the integrator's CRM, accepted or declined on the client's side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from b24app.database import changed_rows, db
from b24app.errors import BadInput, NotFound
from b24app.integrators.consents import living_with
from b24app.integrators.pipeline.deal_stages import MARKS, SAME_END, DealStage
from b24app.integrators.pipeline.model import CaseProposal
from b24app.integrators.pipeline.states import ProposalState
from b24app.integrators.rights import Right, read_rights
from b24app.portal_rows import PortalRows
from b24app.renewal.case_changes import give_up_case, mark_stage, open_case, take_up_case
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.paid_terms import get_paid_term
from b24app.terms.term import Author, Term
from b24app.text.messages import N_, sentence
from b24app.text.translation import Translator

OPEN = PortalRows(
    select(CaseProposal).where(CaseProposal.state == ProposalState.OPEN).order_by(CaseProposal.id)
)
CASE_MARKS = {
    DealStage.INVOICE: Stage.INVOICE_REQUESTED,
    DealStage.PAID: Stage.PAID,
    DealStage.COUPON: Stage.PAID,
}
NOTE = N_("Proposed in the CRM of the integrator %(integrator)s by %(person)s")
OVER = N_("This renewal is not the present one any more: the proposal has lost its subject.")


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal as the renewal shows it."""

    id: int
    stage: DealStage
    mark: str
    person: str
    integrator: str
    at: datetime
    ends_on: date


def open_proposals(now: datetime, only_of: int | None = None) -> tuple[OpenProposal, ...]:
    """What waits for an answer in the portal in scope; of an ended consent nothing is left. An integrator sees its own."""
    return tuple(_shown(row) for row in _living(now) if only_of in (None, row.integrator_id))


def _living(now: datetime) -> Iterator[CaseProposal]:
    for row in OPEN.read():
        if row.stage in set(DealStage) and gives_terms(row.integrator_id, now):
            yield row


def gives_terms(integrator_id: int, now: datetime) -> bool:
    """Whether the portal in scope gives its terms to an integrator now."""
    row = living_with(integrator_id)
    return row is not None and now < row.ends_at and Right.TERMS in read_rights(row.rights)


def _shown(row: CaseProposal) -> OpenProposal:
    stage = DealStage(row.stage)
    return OpenProposal(row.id, stage, MARKS[stage], row.person, row.integrator, row.at, row.ends_on)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A move in the CRM of an integrator: by whom, of which end of a term."""

    integrator_id: int
    integrator: str
    term_id: int
    ends_on: date
    stage: DealStage
    person: str
    person_id: int


def propose(move: Proposed, at: datetime) -> None:
    """Keep a move as a proposal of the portal in scope; a newer one of the same term takes the place of an open one."""
    row = open_of(move.integrator_id, move.term_id)
    if row is None:
        row = CaseProposal(integrator_id=move.integrator_id, term_id=move.term_id, state=ProposalState.OPEN)
        db.session.add(row)
    row.integrator, row.ends_on, row.stage = move.integrator[:255], move.ends_on, move.stage
    row.person, row.person_id, row.at = move.person[:255], move.person_id, at
    db.session.flush()


def open_of(integrator_id: int, term_id: int) -> CaseProposal | None:
    """The open proposal of an integrator about a term."""
    mine = CaseProposal.integrator_id == integrator_id, CaseProposal.term_id == term_id
    return db.session.scalar(select(CaseProposal).where(*mine, CaseProposal.state == ProposalState.OPEN))


def overtake(integrator_id: int, term_id: int, at: datetime) -> None:
    """Close a proposal whose renewal has moved, or whose deal was moved back: nothing is left to answer."""
    row = open_of(integrator_id, term_id)
    if row is not None:
        row.state, row.answered_at, row.told = ProposalState.OVERTAKEN, at, True
    if (declined := declined_of(integrator_id, term_id)) is not None:
        declined.told = True
    db.session.flush()


def declined_of(integrator_id: int, term_id: int) -> CaseProposal | None:
    """A declined proposal whose deal has not returned yet."""
    mine = CaseProposal.integrator_id == integrator_id, CaseProposal.term_id == term_id
    declined = CaseProposal.state == ProposalState.DECLINED, CaseProposal.told.is_(False)
    return db.session.scalar(select(CaseProposal).where(*mine, *declined).order_by(CaseProposal.id.desc()))


def accept_proposal(
    proposal_id: int, reason: str, *, by: Author, at: datetime, only_of: int | None = None
) -> tuple[int, Stage | None]:
    """Do in the renewal what was proposed; returns the case and the mark that may be taken back.

    Giving up asks for a reason. Raises BadInput, NotFound.
    """
    row = _answer(_find(proposal_id, at, only_of), ProposalState.ACCEPTED, by, at)
    return _apply(row, DealStage(row.stage), reason, by=by, at=at)


def _apply(
    row: CaseProposal, stage: DealStage, reason: str, *, by: Author, at: datetime
) -> tuple[int, Stage | None]:
    case = open_case(_term(row), at)
    if stage is DealStage.REFUSED:
        give_up_case(case.id, reason, by=by, at=at)
        return case.id, None
    if case.given_up:
        take_up_case(case.id, by=by, at=at)
    if stage in CASE_MARKS:
        said = sentence(NOTE, integrator=row.integrator, person=row.person)
        marked = mark_stage(case.id, CASE_MARKS[stage], by=by, at=at, note=Translator().say(said)[:500])
        return case.id, CASE_MARKS[stage] if marked.marks != case.marks else None
    return case.id, None


def _term(row: CaseProposal) -> Term:
    term = get_paid_term(row.term_id)
    if term.ends_on is None or abs(term.ends_on - row.ends_on) > SAME_END:
        raise BadInput(OVER, "proposal")
    return term


def decline_proposal(proposal_id: int, *, by: Author, at: datetime, only_of: int | None = None) -> None:
    """Decline a proposal: the deal returns to its stage with a comment."""
    _answer(_find(proposal_id, at, only_of), ProposalState.DECLINED, by, at)


def _find(proposal_id: int, now: datetime, only_of: int | None) -> CaseProposal:
    row = db.session.scalar(select(CaseProposal).where(CaseProposal.id == proposal_id))
    stands = row is not None and row.state == ProposalState.OPEN and gives_terms(row.integrator_id, now)
    if row is None or not stands or only_of not in (None, row.integrator_id):
        raise NotFound
    return row


def _answer(row: CaseProposal, state: ProposalState, by: Author, at: datetime) -> CaseProposal:
    """Answer a proposal once: of two answers at the same moment one counts."""
    done = db.session.execute(
        update(CaseProposal)
        .where(CaseProposal.id == row.id, CaseProposal.state == ProposalState.OPEN)
        .values(state=state, answered_by=by.name[:255], answered_at=at)
    )
    if not changed_rows(done):
        raise NotFound
    services().queue.later("follow_client", row.integrator_id, row.portal_id)
    return row
