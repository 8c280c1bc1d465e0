"""Reads the situation of a renewal from the tables, with the people of its roles: the responsible replaces a missing one."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from b24app.bitrix24.error_codes import Refusal
from b24app.checklist.engine.mutes_and_owners import named_owners
from b24app.clock import holds_still
from b24app.database import db, portal_scope, read_once
from b24app.input_limits import one_line
from b24app.portal_rows import PortalRows
from b24app.portals.availability import get_availability
from b24app.portals.people import ask_employment, dismissed_ids, review_rights
from b24app.renewal import model
from b24app.renewal.case import CaseView, LastAnswer, Situation, read_last_answer, verified
from b24app.renewal.case_changes import case_of
from b24app.renewal.renewal_stages import Delay, Holder, Patience, Role, notice_delays
from b24app.services import services
from b24app.terms.corrections import corrected_policy
from b24app.terms.payment_plan import read_payments
from b24app.terms.policy import State, state_on
from b24app.terms.profile import days_of_method, get_profile
from b24app.terms.stored_terms import plan_name, timeline_view
from b24app.terms.term import Term, TermKind
from b24app.terms.timeline import TermRow, standing_of
from b24app.terms.working_days import open_calendar
from b24app.text.mail_addresses import check_mail
from b24app.text.messages import NOTHING


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
        plan_name=plan_name() if term.kind == TermKind.PLAN else NOTHING,
        state=state_of(term, case, today),
        policy=policy,
        calendar=calendar,
        plan=row.plan,
        case=case,
        route=case.route if case else profile.route,
        roles=list_roles(),
        delays=delays_of(case, today),
        date_doubtful=term.needs_confirming(now),
        last_answer=last_answer(now),
        answers=answers_as_paid(now),
        subscription_refused=get_availability().refusal is Refusal.MARKETPLACE_ENDED,
    )


def last_answer(now: datetime) -> LastAnswer:
    """When the portal last answered anything, and whether that holds still."""
    found = get_availability()
    return read_last_answer(found.answered_at, found.refused_at, now)


def answers_as_paid(now: datetime) -> bool:
    """Whether the portal let applications in within the last day, and has not refused them since."""
    found = get_availability()
    return found.answered_at is not None and holds_still(found.answered_at, now) and not found.refused


def state_of(term: Term, case: CaseView | None, today: date) -> State:
    """The state of a term, with its case and the portal's last answer taken into account.

    A renewal that was bought does not lapse by a date: only the portal's own refusal makes it lapsed.
    """
    found = get_availability()
    standing = standing_of(term, verified=verified(case, today), locked=found.locked)
    state = state_on(standing, corrected_policy(term.kind, get_profile()), today)
    bought = term.pending_since is not None and found.refusal is not Refusal.PLAN_LAPSED
    return State.RENEWED_PENDING if state is State.LAPSED and bought else state


def delays_of(case: CaseView | None, today: date) -> tuple[Delay, ...]:
    """The delays of an open renewal."""
    if case is None or case.closed_at is not None:
        return ()
    profile = get_profile()
    payments = read_payments(profile.region)
    patience = Patience(
        transfer_days=days_of_method(case.method, profile),
        approval_days=profile.approval_days,
        invoice_valid_days=payments.invoice_valid_days.number or 5,
        partner=case.route == "partner",
    )
    return notice_delays(case.marks, patience, open_calendar(profile.bank_country), today)


def set_role(role: Role | str, *, user_id: int | None, name: str, email: str = "") -> Holder:
    """Name the person of a role; an empty name leaves the role to the responsible."""
    kind = Role(role)
    email = check_email(email)
    row = db.session.scalar(select(model.RolePerson).where(model.RolePerson.role == kind.value))
    if row is None:
        row = model.RolePerson(role=kind.value)
        db.session.add(row)
    row.user_id, row.name, row.email = user_id, one_line(name)[:255], email
    db.session.flush()
    return Holder(kind, row.user_id, row.name, row.email)


def check_email(text: str) -> str:
    """An address that mail can go to, or nothing; raises BadInput for anything else."""
    return check_mail(text) if text.strip() else ""


ROLES = PortalRows(select(model.RolePerson))


@read_once
def list_named() -> Mapping[Role, Holder]:
    """The people who were named, by role, also those whom the portal has dismissed since."""
    rows = (row for row in ROLES.read() if row.name and row.role in set(Role))
    return {Role(row.role): Holder(Role(row.role), row.user_id, row.name, row.email) for row in rows}


@read_once
def list_roles() -> Mapping[Role, Holder]:
    """The people who count, by role: a dismissed one is nobody."""
    gone = dismissed_ids()
    return {role: holder for role, holder in list_named().items() if holder.user_id not in gone}


def list_dismissed() -> Mapping[Role, Holder]:
    """The named people whom the portal reports as dismissed."""
    gone = dismissed_ids()
    return {role: holder for role, holder in list_named().items() if holder.user_id in gone}


def ask_people(portal_id: int) -> int:
    """Ask the portal whether the people of the renewal and of the checks still work there."""
    with portal_scope(portal_id):
        named = _asked_about()
    return ask_employment(portal_id, named, services().clock.now())


def review_people(portal_id: int) -> None:
    """Ask the portal about all its stored people and everybody who was named, and end the rights that have ended there."""
    with portal_scope(portal_id):
        named = _asked_about()
    review_rights(portal_id, named)


def _asked_about() -> list[int]:
    named = [holder.user_id for holder in list_named().values()]
    owners = [owner.user_id for owner in named_owners().values()]
    return [one for one in (*named, *owners) if one]
