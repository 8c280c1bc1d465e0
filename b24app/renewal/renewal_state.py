"""The situation of a renewal read from the tables: what the overview, the messages and the page outside start from."""

from datetime import date, datetime

from b24app.portals.availability import get_availability
from b24app.renewal.answer_age import Heard, heard_at
from b24app.renewal.case import CaseView, verified
from b24app.renewal.case_stages import case_of
from b24app.renewal.delays import Delay, Patience, notice_delays
from b24app.renewal.role_holders import list_roles
from b24app.renewal.situation import Situation
from b24app.terms.corrections import corrected_policy
from b24app.terms.payment_routes import read_payments
from b24app.terms.policy import State, state_on
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import plan_name, timeline_view
from b24app.terms.term import Term, TermKind
from b24app.terms.timeline import TermRow, standing_of
from b24app.terms.working_days import open_calendar
from b24app.text.sentences import NOTHING


def main_situation(now: datetime, today: date) -> Situation | None:
    """The situation of the term that this portal's renewal is about."""
    main = timeline_view(now, today).main
    return situation_of(main, now, today) if main else None


def situation_of(row: TermRow, now: datetime, today: date) -> Situation:
    """One term with its case, people and delays."""
    profile, term = get_profile(), row.term
    case = case_of(term)
    policy = corrected_policy(term.kind, profile)
    calendar = open_calendar(profile.bank_country)
    return Situation(
        today=today,
        term=term,
        plan_name=plan_name(profile) if term.kind == TermKind.PLAN else NOTHING,
        state=state_of(term, case, today),
        policy=policy,
        calendar=calendar,
        plan=row.plan,
        case=case,
        route=case.route if case else profile.route,
        roles=list_roles(),
        delays=delays_of(case, today),
        date_doubtful=term.needs_confirming(now),
        heard=heard(now),
    )


def heard(now: datetime) -> Heard:
    """When the portal last answered anything, and whether that holds still."""
    found = get_availability()
    return heard_at(found.answered_at, found.refused_at, now)


def state_of(term: Term, case: CaseView | None, today: date) -> State:
    """Where a term stands, with its case and what the portal answered last taken into account."""
    standing = standing_of(term, verified=verified(case, today), locked=get_availability().locked)
    return state_on(standing, corrected_policy(term.kind, get_profile()), today)


def delays_of(case: CaseView | None, today: date) -> tuple[Delay, ...]:
    """What waits too long in an open renewal."""
    if case is None or case.closed_at is not None:
        return ()
    profile, payments = get_profile(), read_payments()
    method_days = payments.methods[case.method].days.number or 0
    patience = Patience(
        transfer_days=method_days if profile.transfer_days is None else profile.transfer_days,
        approval_days=profile.approval_days,
        invoice_valid_days=payments.invoice_valid_days.number or 5,
        partner=case.route == "partner",
    )
    return notice_delays(case.marks, patience, open_calendar(profile.bank_country), today)
