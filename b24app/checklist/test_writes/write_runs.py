"""Test writes of one portal: the switch, runs started by a button and carried out by a job, one at a time, outcomes."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.exc import IntegrityError

from b24app.bitrix24.retries import settled
from b24app.checklist.engine.runs import step
from b24app.checklist.model import RunState, WriteRun, WriteSwitch
from b24app.checklist.test_writes.write_outcome import (
    SCOPES,
    StepDone,
    WriteKind,
)
from b24app.checklist.test_writes.write_sequence import (
    Gate,
    StepLog,
    WritesOff,
    WrittenObject,
    sweep,
    write_once,
)
from b24app.checklist.test_writes.written_objects import find_deals, find_storage
from b24app.database import changed_rows, current_portal_id, db, every_portal, portal_scope
from b24app.errors import AppError, NotFound, PortalError
from b24app.portal_rows import PortalRows
from b24app.portals.model import Portal
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.stored_values import dump
from b24app.terms.term import Author
from b24app.text.messages import N_

PLACES: Mapping[WriteKind, Callable[[Gate], WrittenObject]] = {
    WriteKind.DEAL: find_deals,
    WriteKind.DISK: find_storage,
}
WRITE_SECONDS = 140.0  # a minute of it after each write without a clear answer
GIVEN_UP = timedelta(minutes=30)
SWEEPING = "sweeping"
SWEPT = N_("The application was stopped in the middle of the probe. What was left of it has been swept.")
CUT_SHORT = N_(
    "The application was stopped in the middle of the probe. What is left of it is swept by itself."
)


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether test writes are allowed here; who decided so and when, empty until then."""

    on: bool = False
    by: str = ""
    at: datetime | None = None


SWITCHES = PortalRows(select(WriteSwitch).order_by(WriteSwitch.id.desc()).limit(1))


def read_switch() -> Switch:
    """The newest decision in this portal; without one test writes are off."""
    row = SWITCHES.first()
    return Switch(row.allowed, row.said_by_name, row.said_at) if row else Switch()


def turn_switch(*, on: bool, by: Author, at: datetime) -> Switch:
    """Allow or forbid test writes; earlier decisions stay as history, the same one is not kept twice."""
    if read_switch().on != on:
        row = WriteSwitch(
            allowed=on, said_by=by.user_id, said_by_name=by.name[:255], said_at=at
        )  # fmt: skip
        db.session.add(row)
    return read_switch()


def start_write_run(*, by: Author, at: datetime) -> int:
    """Queue a test write and return its id; one that is under way is returned instead. Raises WritesOff."""
    _demand_switch()
    _give_up(at)
    if (going := write_run_under_way()) is not None:
        return going.id
    row = WriteRun(
        active=True, mark=str(uuid.uuid4()), created_at=at,
        asked_by=by.user_id, asked_by_name=by.name[:255],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another person pressed at the same moment
        going = write_run_under_way()
        if going is None:
            raise NotFound("test write") from None
        return going.id
    services().queue.later("perform_probe", row.id)
    return row.id


def perform_write_run(run_id: int) -> None:
    """Do what was asked for, if it still may be done: the job behind `start_write_run`; one that has ended does nothing.

    After a kill nothing more is made: objects with our mark are deleted, and the test write ends as cut short.
    """
    with every_portal():
        row = db.session.get(WriteRun, run_id)
        if row is None or row.active is None:
            return
        portal_id, mark, phase = row.portal_id, row.mark, row.phase
        killed = row.state == RunState.RUNNING
    with portal_scope(portal_id):
        if killed:
            _sweep_after_kill(run_id, phase)
        elif _take(run_id):
            _try_and_end(run_id, mark)


def _try_and_end(run_id: int, mark: str) -> None:
    from b24app.portals.client_factory import open_client

    state, error = RunState.FAILED, AppError.public
    try:
        client = open_client(current_portal_id(), background=True, person=True)
        with client.within(WRITE_SECONDS):
            try_everything(run_id, client, mark)
        state, error = RunState.DONE, ""
    except (PortalError, WritesOff) as no:
        error = no.public
    finally:
        db.session.rollback()
        with step():
            _end(run_id, state, error)


def _sweep_after_kill(run_id: int, phase: str) -> None:
    """First wait until the portal can no longer be working on what the dead worker sent, then sweep."""
    if phase != SWEEPING:
        with step():
            _mark(run_id, SWEEPING)
            services().queue.later("perform_probe", run_id, delay=settled(0.0))
        return
    _sweep_all(lambda: _is_mine(run_id))
    with step():
        _end(run_id, RunState.FAILED, SWEPT)


def _sweep_all(is_mine: Callable[[], bool]) -> None:
    """Delete everything with our mark; nothing is made."""
    from b24app.portals.client_factory import open_client

    missing = missing_scopes()
    client = open_client(current_portal_id(), background=True)
    gate = Gate(client, may_make=lambda: True, is_mine=is_mine)
    with client.within(WRITE_SECONDS):
        for kind in WriteKind:
            if SCOPES[kind] not in missing:
                sweep(PLACES[kind](gate))


def sweep_portal(portal_id: int) -> None:
    """Sweep what a test write that was given up has left: a job of its own, alone among the heavy ones of the portal."""
    with portal_scope(portal_id):
        _sweep_all(lambda: True)


def fail_write_run(_words: str, run_id: int) -> None:
    """A test write whose job was given up is over; what it has left is swept once the portal can do nothing for it any more."""
    with every_portal():
        row = db.session.get(WriteRun, run_id)
        portal_id = row.portal_id if row and row.active else None
        wrote = row is not None and row.state == RunState.RUNNING
    if portal_id is not None:
        with portal_scope(portal_id):
            _end(run_id, RunState.FAILED, CUT_SHORT)
        if wrote:
            services().queue.later("sweep_test_writes", portal_id, delay=settled(0.0))


def _end(run_id: int, state: RunState, error: str) -> None:
    done = {"state": state, "active": None, "finished_at": services().clock.now(), "error": error}
    db.session.execute(update(WriteRun).where(_is_active(run_id)).values(**done))


def try_everything(run_id: int, client: RestClient, mark: str) -> None:
    """Try a deal, then a file; kinds without a permission are skipped. Raises WritesOff."""
    with step():
        _demand_switch()
        missing = missing_scopes()
    gate = Gate(client, may_make=_may_make, is_mine=lambda: _is_mine(run_id))
    for kind in WriteKind:
        if SCOPES[kind] in missing:
            continue
        log = StepLog(
            kind,
            services().clock.now,
            begin=lambda kind, done: _begin(run_id, f"{kind}.{done}"),
            keep=lambda done: _keep(run_id, done),
            pause=services().sleep,
        )
        write_once(partial(PLACES[kind], gate), mark, log)


def _demand_switch() -> None:
    if not read_switch().on:
        raise WritesOff


def _may_make() -> bool:
    with step():
        return read_switch().on


def _give_up(now: datetime) -> None:
    """A test write whose worker died is over after half an hour; its mark is swept by the next one."""
    stale = update(WriteRun).where(WriteRun.active.is_not(None), _since() < now - GIVEN_UP)
    db.session.execute(
        stale.values(state=RunState.FAILED, active=None, finished_at=now, error=CUT_SHORT),
        execution_options={"synchronize_session": "fetch"},
    )


def _take(run_id: int) -> bool:
    waiting = update(WriteRun).where(_is_active(run_id), WriteRun.state == RunState.QUEUED)
    with step():
        taken = db.session.execute(waiting.values(state=RunState.RUNNING, started_at=services().clock.now()))
    return bool(changed_rows(taken))


def _is_mine(run_id: int) -> bool:
    with step():
        mine = select(WriteRun.id).where(_is_active(run_id), WriteRun.state == RunState.RUNNING)
        return db.session.scalar(mine) is not None


def _is_active(run_id: int) -> ColumnElement[bool]:
    return and_(WriteRun.id == run_id, WriteRun.active.is_not(None))


def _begin(run_id: int, phase: str) -> None:
    with step():
        _mark(run_id, phase)


def _mark(run_id: int, phase: str) -> None:
    db.session.execute(update(WriteRun).where(WriteRun.id == run_id).values(phase=phase))


def _keep(run_id: int, done: StepDone) -> None:
    with step():
        row = db.session.scalar(select(WriteRun).where(WriteRun.id == run_id))
        if row is not None:
            row.steps = [*row.steps, dump(StepDone, done)]


def missing_scopes() -> tuple[str, ...]:
    """The permissions without which a test write cannot be sent."""
    portal = db.session.get(Portal, current_portal_id())
    granted = set(portal.scopes) if portal else set()
    return tuple(scope for scope in SCOPES.values() if scope not in granted)


def write_run_under_way() -> WriteRun | None:
    """The test write of this portal that is queued or running; one whose worker died is not waited for."""
    active = WriteRun.active.is_not(None)
    return db.session.scalar(select(WriteRun).where(active, _since() >= services().clock.now() - GIVEN_UP))


def _since() -> ColumnElement[datetime]:
    """The moment from which the time of a test write is counted."""
    return func.coalesce(WriteRun.started_at, WriteRun.created_at)


def latest_write_run() -> WriteRun | None:
    """The newest test write of this portal, in any state."""
    return db.session.scalar(select(WriteRun).order_by(WriteRun.id.desc()).limit(1))
