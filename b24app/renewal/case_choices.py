"""What people decide about a renewal: its plan, way and sum; giving it up with a reason, and taking it up again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput
from b24app.plans.plan_catalogue import read_plans
from b24app.renewal import model
from b24app.renewal.case import GIVEN_UP, CaseView
from b24app.renewal.case_stages import case_row, case_view
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.terms.paid_terms import TermChange, note_decision, paid_term_history
from b24app.terms.profile import current_payments, get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_

CHANGEABLE = ("plan_code", "period_months", "route", "method", "amount", "currency", "invoice_number")
MOST_MONEY, LONGEST_NUMBER, LONGEST_REASON = Decimal(10**9), 60, 500


def change_case(case_id: int, **values: Any) -> CaseView:
    """Change what was chosen: plan, period, route, method, amount, invoice number; raises BadInput by field."""
    row, payments = case_row(case_id), current_payments()
    allowed = {
        "route": tuple(payments.routes),
        "method": tuple(payments.methods),
        "plan_code": ("", *read_plans(get_profile().region).plans),
    }
    for name, value in values.items():
        if name not in CHANGEABLE or value not in allowed.get(name, (value,)):
            raise BadInput(N_("Choose one of the offered values."), name)
        _check(name, value)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    return case_view(row)


def _check(name: str, value: Any) -> None:
    if name == "amount" and value is not None and not 0 <= value < MOST_MONEY:
        raise BadInput(N_("This is not a sum of money."), name)
    if name == "period_months" and value is not None and not 1 <= value <= 60:
        raise BadInput(N_("The period is counted in months, from 1 to 60."), name)
    if name == "invoice_number" and len(value) > LONGEST_NUMBER:
        raise BadInput(N_("This is too long."), name)


def follow_usual_way() -> None:
    """Renewals that are not paid yet go the way by which the portal pays from now on."""
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
    note_decision(row.clock_id, GIVEN_UP, reason, by=by, at=at)
    return case_view(row)


def take_up_case(case_id: int, *, by: Author, at: datetime) -> CaseView:
    """A renewal that was given up goes on after all."""
    row = case_row(case_id)
    if row.outcome == GIVEN_UP:
        row.closed_at, row.outcome = None, ""
        note_decision(row.clock_id, "taken_up", "", by=by, at=at)
    return case_view(row)


def why_given_up(case: CaseView) -> TermChange | None:
    """Who gave a renewal up, when and why; None for one that goes on."""
    if not case.given_up:
        return None
    return next((line for line in paid_term_history(case.clock_id) if line.action == GIVEN_UP), None)
