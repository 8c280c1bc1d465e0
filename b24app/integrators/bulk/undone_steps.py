"""Putting back what a work wrote for one client: a responsible person, a group, a date; only where nobody has changed it since."""

from datetime import datetime

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.integrators.acting_persons import author_of, person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.bulk.asking_schedules import read_days, set_schedule
from b24app.integrators.bulk.model import BulkStep, BulkWork
from b24app.integrators.client_groups import clients_in, take_out
from b24app.integrators.client_notes import read_note, set_responsible
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import BulkKind
from b24app.integrators.rights import Right
from b24app.terms.paid_terms import take_back_change

UNDONE = frozenset({BulkKind.ASSIGN, BulkKind.GROUP, BulkKind.DATES, BulkKind.SCHEDULE})
DATE_RETURNED = "/clients/dates/undo"


def put_back(work: BulkWork, step: BulkStep, seat: MemberSeat, now: datetime) -> bool:
    """Put one client back; False where it was changed since, or nothing was written."""
    if work.kind == BulkKind.ASSIGN:
        if read_note(step.client_id).responsible_id != work.value:
            return False
        return set_responsible(step.client_id, step.before, at=now)
    if work.kind == BulkKind.GROUP and work.value is not None:
        return _leave_group(work.value, step.client_id)
    if work.kind == BulkKind.SCHEDULE:
        if read_days(step.client_id) != (work.value or 0):
            return False
        return set_schedule(step.client_id, step.consent_code, step.before or 0, seat, now)
    return work.kind == BulkKind.DATES and _return_date(step, seat, now)


def _leave_group(group_id: int, client_id: int) -> bool:
    try:
        if client_id not in clients_in(group_id):
            return False
        take_out(group_id, client_id)
    except NotFound:  # the group is deleted
        return False
    return True


def _return_date(step: BulkStep, seat: MemberSeat, now: datetime) -> bool:
    """Take the change of the term back; one that was changed or confirmed since stays."""
    if step.made_id is None:
        return False
    with portal_scope(step.client_id):
        try:
            with db.session.begin_nested():
                take_back_change(step.made_id, by=author_of(seat), at=now)
        except (BadInput, NotFound):
            return False
        write_line(
            step.consent_code, person_of(seat), Deed.ACTED, now, right=Right.CASE, detail=DATE_RETURNED
        )
    return True
