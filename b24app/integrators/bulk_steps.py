"""The steps of a work with one client; the consent and the role are read anew at this very moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.checklist.engine.runs import start_run
from b24app.checklist.model import Run, RunState
from b24app.database import db, portal_scope
from b24app.errors import NotAllowed, NotFound
from b24app.integrators.acting_persons import author_of, person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.bulk.step_deeds import CLIENT_DEEDS, look_at_copy
from b24app.integrators.bulk.undone_steps import put_back
from b24app.integrators.bulk_plan import may_do
from b24app.integrators.client_groups import demand_own_group, put_in, take_out
from b24app.integrators.client_notes import read_note, set_responsible
from b24app.integrators.client_reports.report_drafts import NEEDED, draft_by_hand
from b24app.integrators.consents import ConsentView, find_consent
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.model import BulkKind, StepState
from b24app.integrators.own_clients import may_see
from b24app.integrators.rights import Right, whole
from b24app.integrators.summary_parts import blocking_of
from b24app.portals.availability import get_availability

TOO_LONG = timedelta(hours=2)
RIGHTS = {
    BulkKind.CHECK: Right.RUN,
    BulkKind.COPY: Right.COPY,
    BulkKind.DATES: Right.CASE,
    BulkKind.CONFIRM: Right.TERMS,
    BulkKind.SCHEDULE: Right.TERMS,
}
ENDINGS: Mapping[str, tuple[StepState, str]] = {
    RunState.DONE: (StepState.DONE, ""),
    RunState.FAILED: (StepState.FAILED, "error"),
    RunState.REFUSED: (StepState.FAILED, "no_access"),
    RunState.UNANSWERED: (StepState.FAILED, "unanswered"),
    RunState.STOPPED: (StepState.FAILED, "stopped"),
}


def do_step(step_id: int, now: datetime) -> None:
    """Do one client of the integrator's portal in scope; a step that is done, or being done, stays as it is."""
    step = db.session.scalar(select(BulkStep).where(BulkStep.id == step_id).with_for_update())
    if step is None or step.state != StepState.WAITING:
        return None
    work = db.session.get_one(BulkWork, step.work_id)
    seat = find_seat(work.portal_id, step.asked_by_id)
    consent = find_consent(work.portal_id, step.consent_code, now)
    if refusal := _refusal(work, step, seat, consent):
        return _end(step, StepState.FAILED, now, refusal)
    if seat is not None and work.kind in CLIENT_DEEDS:
        state, reason = CLIENT_DEEDS[BulkKind(work.kind)](step, seat, now)
        return _end(step, state, now, reason)
    if seat is not None and work.kind == BulkKind.CHECK:
        return _check(step, seat, now)
    if seat is not None and consent is not None and work.kind == BulkKind.REPORT:
        changed = draft_by_hand(seat, consent, work.id, now)
    else:
        changed = _note(work, step, now)
    return _end(step, StepState.DONE, now, "" if changed else "same")


def _refusal(work: BulkWork, step: BulkStep, seat: MemberSeat | None, consent: ConsentView | None) -> str:
    """Why this client may not be done at present; empty when it may."""
    if consent is None:
        return "ended"
    if seat is None:
        return "no_seat"
    if not may_do(seat, work.kind) or not _may_fill(seat, work):
        return "no_role"
    if not may_see(seat, step.client_id):
        return "not_seen"
    rights, needed = whole(consent.rights & seat.rights), RIGHTS.get(BulkKind(work.kind))
    if work.kind == BulkKind.REPORT and not rights & NEEDED:
        return "no_right"
    return "no_right" if needed and needed not in rights else ""


def _may_fill(seat: MemberSeat, work: BulkWork) -> bool:
    """A deleted group is not judged by roles."""
    if work.kind not in (BulkKind.GROUP, BulkKind.UNGROUP) or work.value is None:
        return True
    try:
        demand_own_group(seat, work.value)
    except NotAllowed:
        return False
    return True


def _check(step: BulkStep, seat: MemberSeat, now: datetime) -> None:
    """Queue a run in the client's portal, under the name of who pressed, and write that down there."""
    with portal_scope(step.client_id):
        if get_availability().refused:
            run_id = None
        else:
            who = person_of(seat)
            write_line(step.consent_code, who, Deed.ACTED, now, right=Right.RUN, detail="/shop/run")
            run_id = start_run(at=now, by=author_of(seat), lane="nightly")
    if run_id is None:
        _end(step, StepState.FAILED, now, "no_access")
        return
    step.run_id, step.state, step.reason, step.done_at = run_id, StepState.BEGUN, "", now
    db.session.flush()


def _note(work: BulkWork, step: BulkStep, now: datetime) -> bool:
    if work.kind == BulkKind.ASSIGN:
        step.before = read_note(step.client_id).responsible_id
        return set_responsible(step.client_id, work.value, at=now)
    if work.value is None:
        raise NotFound("group")
    if work.kind == BulkKind.GROUP:
        return put_in(work.value, step.client_id)
    take_out(work.value, step.client_id)
    return True


def settle_step(step_id: int, now: datetime) -> None:
    """Look at the run or the copy of a client; one that takes hours is given up here, and goes on there.

    Once the access has ended the client is not looked at any more: the step ends there.
    """
    step = db.session.scalar(select(BulkStep).where(BulkStep.id == step_id).with_for_update())
    if step is None or step.state != StepState.BEGUN:
        return
    consent = find_consent(step.portal_id, step.consent_code, now)
    if consent is None:
        _end(step, StepState.FAILED, now, "ended")
        return
    if step.run_id is None:
        if (found := look_at_copy(step, now)) is not None:
            _end(step, found[0], now, found[1])
        return
    with portal_scope(step.client_id):
        run = db.session.scalar(select(Run).where(Run.id == step.run_id))
        if run is not None and run.state == RunState.DONE and Right.CHECKS in consent.rights:
            step.blockers_after = len(blocking_of(run))
    if run is not None and run.state in ENDINGS:
        ending, reason = ENDINGS[run.state]
        _end(step, ending, now, reason)
    elif run is None or (step.done_at is not None and abs(now - step.done_at) > TOO_LONG):
        _end(step, StepState.FAILED, now, "late")


def undo_step(step_id: int, now: datetime) -> None:
    """Put back what one client of a work had before, where nobody has changed it since."""
    step = db.session.scalar(select(BulkStep).where(BulkStep.id == step_id).with_for_update())
    if step is None or step.state != StepState.RETURNING:
        return
    work = db.session.get_one(BulkWork, step.work_id)
    seat = find_seat(work.portal_id, step.asked_by_id)
    refusal = _refusal(work, step, seat, find_consent(work.portal_id, step.consent_code, now))
    if seat is None or refusal:
        _end(step, StepState.DONE, now, refusal)
        return
    returned = put_back(work, step, seat, now)
    _end(step, StepState.RETURNED if returned else StepState.DONE, now, "" if returned else "moved")


def _end(step: BulkStep, state: StepState, now: datetime, reason: str = "") -> None:
    step.state, step.reason, step.done_at = state, reason, now
    db.session.flush()
