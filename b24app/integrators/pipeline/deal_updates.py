"""Keeps the deals of clients in step with their renewals: one job for each client that is due, its steps may run twice."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from b24app.clock import today
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.errors import PortalError, WriteUncertain
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.members import integrator_of
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.client_terms import TermStand, find_term, read_terms
from b24app.integrators.pipeline.companies import client_row, settle_company
from b24app.integrators.pipeline.deal_fields import deal_words, followed_fields
from b24app.integrators.pipeline.deal_stages import SAME_END
from b24app.integrators.pipeline.deal_writing import DealContext, NotGiven, add_deal, deal_row, explain
from b24app.integrators.pipeline.given_clients import GivenClient, due_clients, find_given, still_gives
from b24app.integrators.pipeline.model import PipelineDeal, RenewalPipeline
from b24app.integrators.pipeline.moved_deals import FollowedDeal, follow_deal
from b24app.integrators.pipeline.set_up import TryAgain, note_if_gone
from b24app.integrators.pipeline.states import SETTLES, DealState, PipelineProblem, PipelineState
from b24app.integrators.pipeline.stored_pipeline import get_pipeline, note_problem, working_pipeline
from b24app.integrators.rights import Right
from b24app.portals.client_factory import open_client
from b24app.services import services

log = structlog.get_logger(__name__)
STOPS = frozenset({PipelineProblem.SCOPE, PipelineProblem.RIGHT, PipelineProblem.PLAN})
"""Problems of the whole pipeline, and not of one client of it."""


def follow_pipelines() -> int:
    """Let every working pipeline look which of its clients have changed; returns how many."""
    working = select(RenewalPipeline.portal_id).where(RenewalPipeline.state == PipelineState.WORKING)
    with every_portal():
        found = db.session.scalars(working.order_by(RenewalPipeline.portal_id)).all()
    for_each_portal(found, lambda portal_id: services().queue.later("follow_pipeline", portal_id))
    return len(found)


def follow_pipeline(portal_id: int) -> None:
    """Ask for the work on each client that is due."""
    with portal_scope(portal_id):
        if working_pipeline() is None:
            return
        for client_id in due_clients(portal_id, services().clock.now(), today(services().clock)):
            services().queue.later("follow_client", portal_id, client_id)


def look_at_deal(portal_id: int, deal_id: int) -> None:
    """Look at the client of a deal that was changed in the CRM, if it is one of ours."""
    with portal_scope(portal_id):
        row = db.session.scalar(select(PipelineDeal).where(PipelineDeal.deal_id == deal_id))
        if row is not None and row.state == DealState.OPEN and working_pipeline() is not None:
            services().queue.later("follow_client", portal_id, row.client_id)


def follow_client(portal_id: int, client_id: int) -> None:
    """Bring the deals of one client in step; of a client whose consent has ended nothing is read or written."""
    with portal_scope(portal_id):
        now = services().clock.now()
        given = find_given(portal_id, client_id, now)
        if given is None or working_pipeline() is None:
            return
        try:
            _follow(portal_id, given, now)
        except NotGiven:
            db.session.rollback()
        except (TryAgain, WriteUncertain) as uncertain:
            db.session.rollback()
            seconds = uncertain.seconds if isinstance(uncertain, TryAgain) else SETTLES.total_seconds()
            services().queue.later("follow_client", portal_id, client_id, delay=seconds)
        except PortalError as error:
            db.session.rollback()
            if not crm.is_final(error):
                raise
            _note_refusal(portal_id, given, error)


def _follow(portal_id: int, given: GivenClient, now: datetime) -> None:
    stands = read_terms(given.client_id, now)
    due = [stand for stand in stands if stand.due]
    known = _rows_of(given.client_id)
    if due or known:
        context = _context_of(portal_id, given)
        if known or settle_company(context.client, given):
            _bring_in_step(context, portal_id, given, stands)
    _note_looked(given)


def _note_looked(given: GivenClient, problem: str = "") -> None:
    """Mark a client as looked at: nothing is asked until its portal changes, or the day does."""
    row = client_row(given.client_id)
    row.looked_version, row.looked_on, row.problem = given.state_version, today(services().clock), problem
    db.session.flush()


def _context_of(portal_id: int, given: GivenClient) -> DealContext:
    line, words = working_pipeline(), deal_words(portal_id)
    if line is None:
        raise NotGiven
    client = open_client(portal_id, background=True)
    return DealContext(client, line, words, lambda: _may_write(portal_id, given.client_id))


def _may_write(portal_id: int, client_id: int) -> bool:
    """Whether the pipeline works and the client gives its terms, asked of the database anew."""
    db.session.commit()
    return working_pipeline() is not None and still_gives(portal_id, client_id, services().clock.now())


def _rows_of(client_id: int) -> Sequence[PipelineDeal]:
    """The deals that are followed: of every term the newest."""
    followed = PipelineDeal.state.in_((DealState.WAITING, DealState.OPEN))
    mine = select(PipelineDeal).where(PipelineDeal.client_id == client_id, followed)
    return db.session.scalars(mine.order_by(PipelineDeal.id)).all()


def _bring_in_step(
    context: DealContext, portal_id: int, given: GivenClient, stands: Sequence[TermStand]
) -> None:
    """Bring each existing deal in step, and make one for each renewal that has none yet."""
    rows = [*_rows_of(given.client_id), *_new_rows(given, stands)]
    followed = [
        (row.id, row.deal_id, find_term(stands, row.term_id)) for row in rows if row.state != DealState.ENDED
    ]
    there = _present(context, [deal_id for _, deal_id, _ in followed if deal_id])
    for row_id, deal_id, stand in followed:
        if stand is not None:
            _one(context, portal_id, given, stand, row_id, there.get(deal_id or 0))


def _present(context: DealContext, ids: Sequence[int]) -> dict[int, crm.DealNow]:
    """The deals with these numbers, as the CRM shows them now."""
    found = crm.deals_in(crm.ask(context.client, crm.read_deals(ids))) if ids else []
    return {one.id: one for one in found}


def _new_rows(given: GivenClient, stands: Sequence[TermStand]) -> Iterator[PipelineDeal]:
    """A row for each term whose window is open and that has none yet; the deal's mark is kept before the deal is added."""
    rows = db.session.scalars(select(PipelineDeal).where(PipelineDeal.client_id == given.client_id)).all()
    for stand in stands:
        mine = [row for row in rows if row.term_id == stand.term.id]
        ends_on = stand.term.ends_on
        if not stand.due or ends_on is None or any(ends_on - row.ends_on <= SAME_END for row in mine):
            continue
        for row in mine:
            row.state = DealState.ENDED if row.state == DealState.OPEN else row.state
        origin = f"{given.member_id}:{stand.term.id}" + (f":{ends_on.isoformat()}" if mine else "")
        row = PipelineDeal(client_id=given.client_id, term_id=stand.term.id, origin=origin, ends_on=ends_on)
        row.state = DealState.WAITING
        row.stage = row.wanted = row.case_stage = stand.stage(ends_on)
        db.session.add(row)
        db.session.flush()
        yield row


def _one(  # noqa: PLR0917
    context: DealContext,
    portal_id: int,
    given: GivenClient,
    stand: TermStand,
    row_id: int,
    now: crm.DealNow | None,
) -> None:
    row = deal_row(row_id)
    _correct_end(row, stand)
    fields, case = followed_fields(row, stand, given, context.words), stand.stage(row.ends_on)
    deal = FollowedDeal(context, portal_id, given, row_id, row.term_id, row.ends_on, case)
    fresh = row.deal_id is None
    if fresh:
        row.wanted = case
        row.stage = row.stage if row.adding_since else case
        row.case_stage = case
        add_deal(context, row_id, fields)
        _write_down(portal_id, given)
        deal_id = deal_row(row_id).deal_id or 0
        now = _present(context, [deal_id]).get(deal_id)
    follow_deal(deal, now, fields, fresh=fresh)
    explain(context, row_id)


def _correct_end(row: PipelineDeal, stand: TermStand) -> None:
    """An end that was corrected is the same renewal: the deal keeps its mark and gets the new day."""
    ends_on = stand.term.ends_on
    if ends_on is not None and ends_on != row.ends_on and abs(ends_on - row.ends_on) <= SAME_END:
        row.ends_on = ends_on
        db.session.flush()


def _write_down(portal_id: int, given: GivenClient) -> None:
    """Record in the client's journal that its term went into the integrator's CRM."""
    line, who = get_pipeline(), integrator_of(portal_id)
    name, number = (line.asked_by, line.asked_by_id) if line else ("", 0)
    with portal_scope(given.client_id):
        person = AuditPerson(name, number, who.name if who else "")
        write_line(
            given.consent_code,
            person,
            Deed.LOOKED,
            services().clock.now(),
            right=Right.TERMS,
            detail="/clients/pipeline",
        )
        db.session.commit()


def _note_refusal(portal_id: int, given: GivenClient, error: PortalError) -> None:
    """A final refusal: of the pipeline itself, which is shown to people, or of this client until something changes there."""
    problem = crm.problem_of(error)
    log.warning("a deal was not written", error=type(error).__name__)
    if problem is PipelineProblem.CLOSED:  # every page shows it; the next look finds whether it answers again
        return
    if problem in STOPS:
        note_problem(problem)
        return
    if not note_if_gone(open_client(portal_id, background=True)):
        _note_looked(given, problem)
