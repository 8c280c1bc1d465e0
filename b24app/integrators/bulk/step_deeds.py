"""The deeds of a work in one client's portal: asks for the date, writes a date, begins a copy; each is written into the journal there."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.model import OPEN, BackupCopy, CopyKind, CopyState
from b24app.backup.reading.copy_verbs import open_copy, start_copy
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.integrators.acting_persons import author_of, person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.bulk.asking_schedules import read_days, set_schedule
from b24app.integrators.bulk.date_requests import ask_date
from b24app.integrators.bulk.known_ends import ends_of, is_confirmed
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import BulkKind, StepState
from b24app.integrators.rights import Right
from b24app.portals.availability import get_availability
from b24app.portals.model import day_at
from b24app.terms.paid_terms import paid_term_history, set_paid_term
from b24app.terms.term import INTEGRATOR

LONGEST_COPY = timedelta(hours=24)
DATE_WRITTEN, COPY_BEGUN = "/clients/dates", "/copy/start"
ENDINGS: Mapping[str, tuple[StepState, str]] = {
    CopyState.DONE: (StepState.DONE, ""),
    CopyState.UNPROVEN: (StepState.DONE, "unproven"),
    CopyState.STOPPED: (StepState.FAILED, "stopped"),
    CopyState.FAILED: (StepState.FAILED, "error"),
    CopyState.PAUSED: (StepState.FAILED, "paused"),
}
Ending = tuple[StepState, str]


def ask_for_date(step: BulkStep, seat: MemberSeat, now: datetime) -> Ending:
    """Ask the client's administrator to confirm the date."""
    with portal_scope(step.client_id):
        step_made, reason = ask_date(seat.portal_id, step.consent_code, person_of(seat), now)
    step.made_id = step_made
    return (StepState.DONE, "") if not reason else (StepState.FAILED, reason)


def write_date(step: BulkStep, seat: MemberSeat, now: datetime) -> Ending:
    """Write the date of a line of the file with the integrator as its source; one that the client has confirmed stays."""
    known = ends_of({step.client_id}).get((step.client_id, step.term_kind))
    with portal_scope(step.client_id):
        if step.ends_on is None or step.ends_on < day_at(now):
            return StepState.FAILED, "past"
        if known is not None and known.ends_on == step.ends_on:
            return StepState.DONE, "same"
        if known is not None and is_confirmed(known, seat.integrator):
            return StepState.FAILED, "kept"
        write_line(step.consent_code, person_of(seat), Deed.ACTED, now, right=Right.CASE, detail=DATE_WRITTEN)
        term = set_paid_term(step.term_kind, step.ends_on, by=author_of(seat), at=now, source=INTEGRATOR)
        made = max(line.id for line in paid_term_history(term.id))
    step.made_id = made
    return StepState.DONE, ""


def begin_copy(step: BulkStep, seat: MemberSeat, now: datetime) -> Ending:
    """Begin a copy before the renewal; one that is under way is waited for, one that the client has paused stays paused."""
    with portal_scope(step.client_id):
        if get_availability().refused:
            return StepState.FAILED, "no_access"
        running = open_copy()
        if running is not None and running.state == CopyState.PAUSED:
            return StepState.FAILED, "paused"
        try:
            with db.session.begin_nested():
                made = start_copy(CopyKind.BEFORE_RENEWAL, by=author_of(seat), at=now)
        except BadInput:
            return StepState.FAILED, "no_target"
        write_line(step.consent_code, person_of(seat), Deed.ACTED, now, right=Right.COPY, detail=COPY_BEGUN)
        copy_id = made.id
    step.made_id = copy_id
    return StepState.BEGUN, ""


def look_at_copy(step: BulkStep, now: datetime) -> Ending | None:
    """The result of a copy; None while it goes on."""
    with portal_scope(step.client_id):
        state = db.session.scalar(select(BackupCopy.state).where(BackupCopy.id == step.made_id))
    if state is not None and state in ENDINGS:
        return ENDINGS[state]
    waits_long = step.done_at is not None and abs(now - step.done_at) > LONGEST_COPY
    return (StepState.FAILED, "late") if state not in OPEN or waits_long else None


def schedule_asking(step: BulkStep, seat: MemberSeat, now: datetime) -> Ending:
    """Set how often the client is asked; the value before is kept for putting it back."""
    step.before = read_days(step.client_id)
    days = db.session.scalar(select(BulkWork.value).where(BulkWork.id == step.work_id)) or 0
    changed = set_schedule(step.client_id, step.consent_code, days, seat, now)
    return StepState.DONE, "" if changed else "same"


CLIENT_DEEDS: Mapping[BulkKind, Callable[[BulkStep, MemberSeat, datetime], Ending]] = {
    BulkKind.CONFIRM: ask_for_date,
    BulkKind.DATES: write_date,
    BulkKind.COPY: begin_copy,
    BulkKind.SCHEDULE: schedule_asking,
}
