"""Test writes of one portal: started by a button, performed by the worker, one at a time, stored step by step."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from b24app.checklist.model import ProbeRun, RunState
from b24app.checklist.test_writes.sequence import WrittenObject, probe
from b24app.checklist.test_writes.step_log import StepLog
from b24app.checklist.test_writes.stored_outcomes import (
    GIVEN_UP,
    get_under_way,
    missing_scopes,
    probe_under_way,
    since,
)
from b24app.checklist.test_writes.switch import read_switch
from b24app.checklist.test_writes.write_gate import Gate, ProbesOff
from b24app.checklist.test_writes.write_steps import SCOPES, StepDone, WriteKind
from b24app.checklist.test_writes.written_deal import find_deals
from b24app.checklist.test_writes.written_file import find_storage
from b24app.database import current_portal_id, db, every_portal, portal_scope
from b24app.errors import AppError, PortalError
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.stored_values import dump
from b24app.text.messages import N_

PLACES: Mapping[WriteKind, Callable[[Gate], WrittenObject]] = {
    WriteKind.DEAL: find_deals,
    WriteKind.DISK: find_storage,
}
CUT_SHORT = N_(
    "The application was stopped in the middle of the probe. The next probe sweeps what is left of it."
)


def start_probe(*, user_id: int, user_name: str) -> int:
    """Queue a probe and return its id; one that is under way is returned instead. Raises ProbesOff."""
    _demand_switch()
    now, mine = services().clock.now(), current_portal_id()
    _give_up(now)
    going = probe_under_way()
    if going is not None:
        return going.id
    row = ProbeRun(
        portal_id=mine, active=True, mark=str(uuid.uuid4()), created_at=now,
        asked_by=user_id, asked_by_name=user_name[:255],
    )  # fmt: skip
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # somebody else pressed at the same moment
        db.session.rollback()
        return get_under_way().id
    services().queue.later("perform_probe", row.id)
    db.session.commit()
    return row.id


def perform_probe(probe_id: int) -> None:
    """Do what was asked for, if it still may be done: the job behind `start_probe`; a second delivery does nothing."""
    from b24app.portals.client_factory import open_client

    with every_portal():
        row = db.session.get(ProbeRun, probe_id)
        if row is None or not _claim(probe_id):
            return
        portal_id, mark = row.portal_id, row.mark
    with portal_scope(portal_id):
        state, error = RunState.FAILED, AppError.public
        try:
            try_everything(probe_id, open_client(portal_id, background=True), mark)
            state, error = RunState.DONE, ""
        except (PortalError, ProbesOff) as no:
            error = no.public
        finally:
            db.session.rollback()
            _finish(probe_id, state, error)


def try_everything(probe_id: int, client: RestClient, mark: str) -> None:
    """Try a deal, then a file; what the application has no permission for is left alone. Raises ProbesOff."""
    _demand_switch()
    missing = missing_scopes()
    db.session.commit()
    gate = Gate(client, may_make=lambda: read_switch().on, is_mine=lambda: _is_mine(probe_id))
    for kind in WriteKind:
        if SCOPES[kind] in missing:
            continue
        tape = StepLog(
            kind,
            services().clock.now,
            begin=lambda kind, step: _mark(probe_id, f"{kind}.{step}"),
            keep=lambda step: _keep(probe_id, step),
            pause=services().sleep,
        )
        probe(partial(PLACES[kind], gate), mark, tape)


def _demand_switch() -> None:
    if not read_switch().on:
        raise ProbesOff


def _give_up(now: datetime) -> None:
    """A probe whose worker died leaves the way free after half an hour; its mark is swept by the next one."""
    stale = update(ProbeRun).where(ProbeRun.active.is_not(None), since() < now - GIVEN_UP)
    gone = {"state": RunState.FAILED, "active": None, "finished_at": now, "error": CUT_SHORT}
    db.session.execute(stale.values(**gone))
    db.session.commit()


def _claim(probe_id: int) -> bool:
    waiting = update(ProbeRun).where(
        ProbeRun.id == probe_id, ProbeRun.state == RunState.QUEUED, ProbeRun.active.is_not(None)
    )
    claimed = db.session.execute(waiting.values(state=RunState.RUNNING, started_at=services().clock.now()))
    db.session.commit()
    return bool(getattr(claimed, "rowcount", 0))


def _is_mine(probe_id: int) -> bool:
    mine = select(ProbeRun.id).where(
        ProbeRun.id == probe_id, ProbeRun.state == RunState.RUNNING, ProbeRun.active.is_not(None)
    )
    found = db.session.scalar(mine) is not None
    db.session.commit()
    return found


def _mark(probe_id: int, phase: str) -> None:
    db.session.execute(update(ProbeRun).where(ProbeRun.id == probe_id).values(phase=phase))
    db.session.commit()


def _keep(probe_id: int, step: StepDone) -> None:
    row = db.session.scalar(select(ProbeRun).where(ProbeRun.id == probe_id))
    if row is not None:
        row.steps = [*row.steps, dump(StepDone, step)]
        db.session.commit()


def _finish(probe_id: int, state: RunState, error: str) -> None:
    mine = update(ProbeRun).where(ProbeRun.id == probe_id, ProbeRun.active.is_not(None))
    done = {"state": state, "active": None, "finished_at": services().clock.now(), "error": error}
    db.session.execute(mine.values(**done))
    db.session.commit()
