"""Cases in the tables: the one of a term, and what changes it: opening, marks of stages, choices, giving up and taking up."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import BadInput, NotFound
from b24app.plans.plan_catalogue import read_plans
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.renewal import model
from b24app.renewal.case import GIVEN_UP, CaseView
from b24app.renewal.renewal_stages import Mark, Stage, is_reached, may_mark
from b24app.terms.paid_terms import (
    TermChange,
    change_paid_term,
    mark_pending,
    note_decision,
    paid_term_history,
)
from b24app.terms.profile import current_payments, get_profile
from b24app.terms.term import Author, Term
from b24app.text.messages import N_

NEXT_WINDOW = timedelta(days=60)
MOST_MONEY, LONGEST_NUMBER, LONGEST_REASON = Decimal(10**9), 60, 500
TAKEN_UP = "taken_up"


class CaseChoice(TypedDict, total=False):
    """The choices of people about a renewal."""

    plan_code: str
    period_months: int | None
    route: str
    method: str
    amount: Decimal | None
    currency: str
    invoice_number: str


def case_of(term: Term) -> CaseView | None:
    """The renewal of a term's present end, or an open one of an earlier end that is not verified yet."""
    cases = [case for case in list_cases() if case.term_id == term.id]
    present = (case for case in cases if case.ends_on == term.ends_on)
    return next((case for case in cases if case.closed_at is None), next(present, None))


def get_case(case_id: int) -> CaseView:
    """One case by id; raises NotFound."""
    found = next((case for case in list_cases() if case.id == case_id), None)
    if found is None:
        raise NotFound
    return found


CASES = PortalRows(select(model.Case).order_by(model.Case.id.desc()))
MARKS = PortalRows(select(model.StageMark).order_by(model.StageMark.id))


@read_once
def list_cases() -> tuple[CaseView, ...]:
    """All renewals, newest first."""
    rows = CASES.read()
    marks = _marks_of(row.id for row in rows)
    return tuple(_view(row, marks.get(row.id, ())) for row in rows)


def open_case(term: Term, at: datetime) -> CaseView:
    """The open renewal of a term; made when there is none. Needs the end of the term."""
    if term.ends_on is None:
        raise BadInput(N_("Write down the end of the term first."), "ends_on")
    found = settle_case(term, at)
    if found is not None:
        return found
    earlier = _go_on(term)
    if earlier is not None:
        return earlier
    profile = get_profile()
    row = model.Case(term_id=term.id, kind=term.kind, ends_on=term.ends_on, opened_at=at)
    row.route, row.method, row.currency, row.plan_code = profile.route, profile.method, term.currency, ""
    db.session.add(row)
    db.session.flush()
    return case_view(row)


def _go_on(term: Term) -> CaseView | None:
    """The case of an end that was moved away and back; a case that was closed by the move alone is open again."""
    same = select(model.Case).where(model.Case.term_id == term.id, model.Case.ends_on == term.ends_on)
    row = db.session.scalar(same)
    if row is not None and row.outcome == "unverified":
        row.closed_at, row.outcome = None, ""
        db.session.flush()
    return case_view(row) if row else None


def settle_case(term: Term, at: datetime) -> CaseView | None:
    """The case of a term, brought in step with it: a moved end means renewed, a new window closes the old case."""
    found = case_of(term)
    if found is None or found.ends_on == term.ends_on or term.ends_on is None:
        return found
    if day_at(at) >= term.ends_on - NEXT_WINDOW:
        row = case_row(found.id)
        row.closed_at, row.outcome = at, "unverified"
        db.session.flush()
        return None
    if term.ends_on > found.ends_on and not is_reached(found.marks, Stage.ACTIVE):
        by = Author(None, term.said_by)
        return mark_stage(found.id, Stage.ACTIVE, by=by, at=at, on=term.renewed_on or day_at(at))
    return found


def mark_stage(
    case_id: int, stage: Stage | str, *, by: Author, at: datetime, on: date | None = None, note: str = ""
) -> CaseView:
    """Mark a stage reached; a mark that is already there, or implied by a later one, changes nothing.

    Marking takes a given-up renewal up again. Paying starts the waiting for activation; the term then counts as renewed ahead
    and nobody is reminded of paying.
    """
    row, kind = case_row(case_id), Stage(stage)
    if not may_mark(_marks(row.id), kind):
        return case_view(row)
    day = on or day_at(at)
    _add_mark(row, kind, by=by, at=at, on=day, note=note)
    row.closed_at, row.outcome = None, ""
    if kind is Stage.PAID:
        _add_mark(row, Stage.ACTIVATION_AWAITED, by=by, at=at, on=day, note="")
        mark_pending(row.term_id, day, by=by, at=at)
    if kind is Stage.VERIFIED:
        row.closed_at, row.outcome = at, "verified"
    db.session.flush()
    return case_view(row)


def activate_case(
    case_id: int, ends_on: date, *, by: Author, at: datetime, on: date | None = None
) -> CaseView:
    """The plan was renewed: keep the new end, mark the stage, stop waiting."""
    row = case_row(case_id)
    if ends_on <= row.ends_on:
        raise BadInput(N_("The new end must be later than the old one."), "ends_on")
    change_paid_term(row.term_id, {"ends_on": ends_on}, by=by, at=at)
    return mark_stage(case_id, Stage.ACTIVE, by=by, at=at, on=on)


def case_row(case_id: int) -> model.Case:
    """The row of a case; raises NotFound."""
    row = db.session.scalar(select(model.Case).where(model.Case.id == case_id))
    if row is None:
        raise NotFound
    return row


def _marks(case_id: int) -> tuple[Mark, ...]:
    return _marks_of([case_id]).get(case_id, ())


def _marks_of(case_ids: Iterable[int]) -> dict[int, tuple[Mark, ...]]:
    """The marks of cases; a stage that is unknown to this release has not been reached."""
    wanted, stages = set(case_ids), set(Stage)
    found: dict[int, tuple[Mark, ...]] = {}
    for row in MARKS.read():
        if row.case_id not in wanted or row.stage not in stages:
            continue
        mark = Mark(Stage(row.stage), row.on, row.by, row.at, row.note)
        found[row.case_id] = (*found.get(row.case_id, ()), mark)
    return found


def _add_mark(row: model.Case, stage: Stage, *, by: Author, at: datetime, on: date, note: str) -> None:
    mark = model.StageMark(case_id=row.id, stage=stage.value, on=on, at=at, note=note)
    mark.by_id, mark.by = by.user_id, by.name
    db.session.add(mark)
    db.session.flush()


def case_view(row: model.Case) -> CaseView:
    """A row as the rest of the application sees it."""
    return _view(row, _marks(row.id))


def _view(row: model.Case, marks: tuple[Mark, ...]) -> CaseView:
    names = [name for name in CaseView.__dataclass_fields__ if name != "marks"]
    return CaseView(**{name: getattr(row, name) for name in names}, marks=marks)


def change_case(case_id: int, **values: Unpack[CaseChoice]) -> CaseView:
    """Change what was chosen: plan, period, route, method, amount, invoice number; raises BadInput by field."""
    row, payments = case_row(case_id), current_payments()
    allowed = {
        "route": tuple(payments.routes),
        "method": tuple(payments.methods),
        "plan_code": ("", *read_plans(get_profile().region).plans),
    }
    for name, value in values.items():
        if name not in CaseChoice.__annotations__ or value not in allowed.get(name, (value,)):
            raise BadInput(N_("Choose one of the offered values."), name)
        _check(name, value)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    return case_view(row)


def _check(name: str, value: object) -> None:
    if name == "amount" and isinstance(value, Decimal) and not 0 <= value < MOST_MONEY:
        raise BadInput(N_("This is not a sum of money."), name)
    if name == "period_months" and isinstance(value, int) and not 1 <= value <= 60:
        raise BadInput(N_("The period is counted in months, from 1 to 60."), name)
    if name == "invoice_number" and isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise BadInput(N_("This is too long."), name)


def follow_payment_profile() -> None:
    """Renewals that are not paid yet take the payment method of the portal."""
    profile = get_profile()
    for row in db.session.scalars(select(model.Case).where(model.Case.closed_at.is_(None))):
        if not is_reached(case_view(row).marks, Stage.PAID):
            row.route, row.method = profile.route, profile.method
    db.session.flush()


def give_up_case(case_id: int, reason: str, *, by: Author, at: datetime) -> CaseView:
    """Close a renewal that will not happen, and keep who decided it and why; its marks stay."""
    reason = reason.strip()
    if not 3 <= len(reason) <= LONGEST_REASON:
        raise BadInput(N_("Say in a few words why: your successor will ask."), "reason")
    row = case_row(case_id)
    if row.closed_at is not None or is_reached(case_view(row).marks, Stage.PAID):
        raise BadInput(N_("Only a renewal that is going on and not paid can be given up."), "reason")
    row.closed_at, row.outcome = at, GIVEN_UP
    note_decision(row.term_id, GIVEN_UP, reason, by=by, at=at)
    return case_view(row)


def take_up_case(case_id: int, *, by: Author, at: datetime) -> CaseView:
    """A renewal that was given up goes on after all."""
    row = case_row(case_id)
    if row.outcome == GIVEN_UP:
        row.closed_at, row.outcome = None, ""
        note_decision(row.term_id, TAKEN_UP, "", by=by, at=at)
    return case_view(row)


def why_given_up(case: CaseView) -> TermChange | None:
    """Who gave a renewal up, when and why; None for one that goes on."""
    if not case.given_up:
        return None
    return next((line for line in paid_term_history(case.term_id) if line.action == GIVEN_UP), None)
