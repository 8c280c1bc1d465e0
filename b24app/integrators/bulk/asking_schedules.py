"""How often clients are asked to confirm their dates: set by the integrator for a client, asked by a daily job while the consent lives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from b24app.clock import CLOCKS_DIFFER
from b24app.database import changed_rows, current_portal_id, db, every_portal, portal_scope
from b24app.each_portal import alone
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.bulk.date_requests import ask_date, main_term
from b24app.integrators.bulk.model import AskingSchedule
from b24app.integrators.bulk_plan import may_do
from b24app.integrators.consents import find_consent, living_with
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.model import BulkKind
from b24app.integrators.own_clients import may_see
from b24app.integrators.rights import Right, whole
from b24app.services import services
from b24app.single_rows import single_row
from b24app.text.messages import N_

EVERY = {30: N_("once a month"), 90: N_("once in three months"), 180: N_("once in half a year")}
"""Days between two confirmations, as they are offered."""

SET = "/clients/schedule"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose time has come."""

    id: int
    portal_id: int
    client_id: int


def read_days(client_id: int) -> int:
    """How often the portal in scope asks a client; 0 for never."""
    found = db.session.scalar(select(AskingSchedule.days).where(AskingSchedule.client_id == client_id))
    return found or 0


def days_of_all() -> dict[int, int]:
    """How often the portal in scope asks each of its clients."""
    rows = db.session.execute(select(AskingSchedule.client_id, AskingSchedule.days))
    return {client_id: int(days) for client_id, days in rows}


def set_schedule(client_id: int, consent_code: str, days: int, seat: MemberSeat, at: datetime) -> bool:
    """Ask a client of the portal in scope every so many days, 0 for never again; False where it is so. Written into the client's journal."""
    if read_days(client_id) == days:
        return False
    if days not in EVERY:
        db.session.execute(delete(AskingSchedule).where(AskingSchedule.client_id == client_id))
    else:
        begins = {"days": days, "set_by_id": seat.user_id, "set_at": at, "next_at": at}
        row = single_row(AskingSchedule, client_id=client_id, begins=begins)
        row.days, row.set_by_id, row.set_at, row.next_at = days, seat.user_id, at, at
    db.session.flush()
    with portal_scope(client_id):
        write_line(consent_code, person_of(seat), Deed.ACTED, at, right=Right.TERMS, detail=SET)
    return True


def asked_every(integrator_id: int) -> int:
    """How often an integrator asks the portal in scope; 0 for never."""
    client_id = current_portal_id()
    with portal_scope(integrator_id):
        return read_days(client_id)


def ask_by_schedule() -> int:
    """Ask the clients whose time has come, each in a transaction of its own; returns how many were looked at."""
    now = services().clock.now()
    with every_portal():
        due = or_(AskingSchedule.next_at <= now, AskingSchedule.set_at > now + CLOCKS_DIFFER, *_too_far(now))
        rows = db.session.execute(
            select(AskingSchedule.id, AskingSchedule.portal_id, AskingSchedule.client_id).where(due)
        ).all()
    db.session.commit()
    found = [DueSchedule(*row) for row in rows]
    return sum(alone(one.client_id, partial(_ask_one, one)) is not None for one in found)


def _too_far(now: datetime) -> Iterator[ColumnElement[bool]]:
    """The schedules whose next time is farther than their own span: a clock that ran ahead wrote it."""
    for days in EVERY:
        latest = now + timedelta(days=days) + CLOCKS_DIFFER
        yield and_(AskingSchedule.days == days, AskingSchedule.next_at > latest)


def _ask_one(due: DueSchedule, client_id: int) -> bool:
    now = services().clock.now()
    with portal_scope(due.portal_id):
        row = db.session.scalar(select(AskingSchedule).where(AskingSchedule.id == due.id))
        seat = find_seat(due.portal_id, row.set_by_id) if row else None
    if row is None:
        return False
    with portal_scope(client_id):
        given = living_with(due.portal_id)
        code = given.code if given is not None else ""
    consent = find_consent(due.portal_id, code, now) if code else None
    if consent is None:
        with portal_scope(due.portal_id):
            db.session.execute(delete(AskingSchedule).where(AskingSchedule.id == due.id))
        return False
    next_at = now + A_DAY
    allowed = seat is not None and may_do(seat, BulkKind.CONFIRM) and may_see(seat, due.client_id)
    if allowed and seat is not None and Right.TERMS in whole(consent.rights & seat.rights):
        next_at = _ask(due, row.days, code, seat, now)
    return _move(due, row.next_at, next_at)


def _ask(due: DueSchedule, days: int, code: str, seat: MemberSeat, now: datetime) -> datetime:
    """Ask where the last confirmation is that old; returns when to look again."""
    every = timedelta(days=days)
    with portal_scope(due.client_id):
        term = main_term(now)
        if term is not None and term.confirmed_at is not None and now - term.confirmed_at < every:
            return max(term.confirmed_at + every, now + A_DAY)
        ask_date(due.portal_id, code, person_of(seat), now, every=every)
    return now + every


def _move(due: DueSchedule, before: datetime, after: datetime) -> bool:
    """Set the next time; False where another worker was first."""
    with portal_scope(due.portal_id):
        mine = AskingSchedule.id == due.id, AskingSchedule.next_at == before
        moved = update(AskingSchedule).where(*mine).values(next_at=after)
        return changed_rows(db.session.execute(moved.execution_options(synchronize_session=False))) == 1
