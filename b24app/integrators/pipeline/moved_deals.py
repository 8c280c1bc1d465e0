"""Follows one existing deal: moved by hand it makes a proposal or returns, a mark in the renewal moves it; our own writes are recognized."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.errors import PortalError
from b24app.input_limits import clean_text, one_line
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.members import integrator_of
from b24app.integrators.model import IntegratorMember
from b24app.integrators.pipeline import crm_calls as crm
from b24app.integrators.pipeline.deal_stages import DealStage, ReturnReason, why_back
from b24app.integrators.pipeline.deal_writing import DealContext, NotGiven, deal_row, write_deal
from b24app.integrators.pipeline.given_clients import GivenClient
from b24app.integrators.pipeline.proposals import Proposed, declined_of, open_of, overtake, propose
from b24app.integrators.pipeline.set_up import note_if_gone
from b24app.integrators.pipeline.states import DealState
from b24app.integrators.rights import Right
from b24app.json_values import JsonObject
from b24app.rest_client import Command
from b24app.services import services
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class FollowedDeal:
    """A deal as work on it needs it: whose, of which end, and the stage of the renewal."""

    context: DealContext
    portal_id: int
    given: GivenClient
    row_id: int
    term_id: int
    ends_on: date
    case: DealStage


def follow_deal(deal: FollowedDeal, now: crm.DealNow | None, fields: JsonObject, *, fresh: bool) -> None:
    """Answer what people have done to a deal, then move it to the stage of the renewal.

    A `fresh` one was found by its mark just now: it may be in a former pipeline of ours, which was deleted.
    """
    row, ours = deal_row(deal.row_id), deal.context.line.category_id
    if now is None or (now.category != ours and not fresh):
        if not note_if_gone(deal.context.client):
            deal_row(deal.row_id).state = DealState.GONE if now is None else DealState.TAKEN_OUT
        db.session.commit()
        return
    here = deal.context.line.stage(now.stage)
    if here is not None and here not in (row.stage, row.wanted) and deal.case == row.case_stage:
        _answer_move(deal, now, here)
    target = deal.case if now.category != ours else _target(deal, here)
    write_deal(deal.context, deal.row_id, now, target, fields)
    deal_row(deal.row_id).case_stage = deal.case
    db.session.commit()


def _answer_move(deal: FollowedDeal, now: crm.DealNow, here: DealStage) -> None:
    """A person has moved the deal while the renewal kept its stage: make a proposal, or return the deal with its reason."""
    row = deal_row(deal.row_id)
    if here == deal.case:
        _overtake(deal)
        row.stage = row.wanted = here
    elif reason := why_back(here, deal.case, deal.context.line.by_hand):
        _overtake(deal)
        row.back, row.back_by = reason, ""
    else:
        person = _name_of(deal, now.moved_by)
        if not deal.context.gives():
            raise NotGiven
        _propose(deal, here, person, now.moved_by)
        row = deal_row(deal.row_id)
        row.stage = row.wanted = here
    db.session.commit()


def _propose(deal: FollowedDeal, here: DealStage, person: str, person_id: int) -> None:
    found, at = integrator_of(deal.portal_id), services().clock.now()
    name = found.name if found else ""
    move = Proposed(deal.portal_id, name, deal.term_id, deal.ends_on, here, person, person_id)
    with portal_scope(deal.given.client_id):
        propose(move, at)
        who = AuditPerson(person, person_id, name)
        write_line(
            deal.given.consent_code, who, Deed.ASKED, at, right=Right.TERMS, detail="/clients/pipeline"
        )


def _overtake(deal: FollowedDeal) -> None:
    with portal_scope(deal.given.client_id):
        overtake(deal.portal_id, deal.term_id, services().clock.now())


def _target(deal: FollowedDeal, here: DealStage | None) -> DealStage | None:
    """The stage to move the deal to; None where it is right: by the renewal, or by a proposal that waits for its answer."""
    row = deal_row(deal.row_id)
    if deal.case != row.case_stage:
        _overtake(deal)
        return deal.case
    with portal_scope(deal.given.client_id):
        declined = declined_of(deal.portal_id, deal.term_id)
        declined_by = declined.answered_by if declined else None
        if declined is not None:
            declined.told = True
        waits = open_of(deal.portal_id, deal.term_id) is not None
        db.session.flush()
    if declined_by is not None:
        row.back, row.back_by = ReturnReason.DECLINED, declined_by
    if row.back or (not waits and here not in (None, deal.case)):
        return deal.case
    return None


def _name_of(deal: FollowedDeal, user_id: int) -> str:
    """The name of the person who moved it: from our own list of people, else from the portal."""
    known = db.session.scalar(select(IntegratorMember.name).where(IntegratorMember.user_id == user_id))
    if known:
        return known
    query: JsonObject = {"FILTER": {"ID": user_id}, "ADMIN_MODE": True, "start": 0}
    try:
        rows = crm.rows_in(crm.ask(deal.context.client, Command("user.get", query)))
    except PortalError as error:
        if not crm.is_final(error):
            raise
        rows = []
    parts = (str(row.get(name) or "") for row in rows[:1] for name in ("NAME", "LAST_NAME"))
    return clean_text(one_line(" ".join(filter(None, parts))), 255) or deal.context.words.say(
        N_("a colleague")
    )
