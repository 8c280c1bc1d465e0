"""The terms of a client's portal: the stage of each renewal, by which day to act, and the sum of its invoice. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.integrators.pipeline.deal_stages import SAME_END, DealStage, is_due, stage_of
from b24app.integrators.pipeline.model import CaseProposal
from b24app.integrators.pipeline.states import ProposalState
from b24app.portals.model import day_at
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases
from b24app.renewal.next_step import next_step
from b24app.renewal.opened_steps import list_openings
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.renewal.situation_reading import situation_of
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Term
from b24app.terms.timeline import TermRow
from b24app.text.messages import Sentence


@dataclass(frozen=True, slots=True)
class TermStand:
    """One term of a client as a deal needs it; `coupons` are the ends for which a coupon was confirmed."""

    term: Term
    name: Sentence
    act_by: date | None
    today: date
    cases: tuple[CaseView, ...]
    coupons: tuple[date, ...]

    @property
    def due(self) -> bool:
        """Whether its renewal gets a deal now."""
        return is_due(self.term.ends_on, self.today, begun=self.begun)

    @property
    def begun(self) -> bool:
        """Whether somebody has begun the renewal of the present end."""
        case = self.case(self.term.ends_on) if self.term.ends_on else None
        return case is not None and case.closed_at is None and bool(case.marks)

    def case(self, ends_on: date) -> CaseView | None:
        """The renewal of an end, also when the end was corrected since."""
        same = (case for case in self.cases if abs(case.ends_on - ends_on) <= SAME_END)
        return next(same, None)

    def stage(self, ends_on: date) -> DealStage:
        """The stage of the renewal of an end."""
        coupon = any(abs(day - ends_on) <= SAME_END for day in self.coupons)
        return stage_of(self.term.ends_on, self.case(ends_on), ends_on, coupon=coupon)

    def amount(self, ends_on: date) -> tuple[Decimal, str] | None:
        """The sum of the invoice with its currency; nothing without an invoice."""
        case = self.case(ends_on)
        if case is None or case.amount is None:
            return None
        invoice = bool(case.invoice_number) or is_reached(case.marks, Stage.INVOICE_RECEIVED)
        return (case.amount, case.currency) if invoice else None


def read_terms(client_id: int, now: datetime) -> tuple[TermStand, ...]:
    """All terms of a client's portal; the caller has asked for the consent."""
    with portal_scope(client_id):
        today = day_at(now)
        coupons = _coupons()
        cases = list_cases()
        return tuple(
            TermStand(
                term=row.term,
                name=row.name,
                act_by=_act_by(row, now, today),
                today=today,
                cases=tuple(case for case in cases if case.term_id == row.term.id),
                coupons=tuple(day for term_id, day in coupons if term_id == row.term.id),
            )
            for row in timeline_view(now, today).rows
        )


def _act_by(row: TermRow, now: datetime, today: date) -> date | None:
    """The day of the next step of the term that the renewal is about; of another one the day to pay by."""
    if not row.main:
        return row.pay_by or row.term.ends_on
    s = situation_of(row, now, today)
    return next_step(s, list_openings(row.term)).by or s.pay_by or row.term.ends_on


def _coupons() -> Sequence[tuple[int, date]]:
    accepted = CaseProposal.state == ProposalState.ACCEPTED, CaseProposal.stage == DealStage.COUPON
    query = select(CaseProposal).where(*accepted)
    return [(row.term_id, row.ends_on) for row in db.session.scalars(query)]


def find_term(stands: Collection[TermStand], term_id: int) -> TermStand | None:
    """The term of a number among them."""
    return next((one for one in stands if one.term.id == term_id), None)
