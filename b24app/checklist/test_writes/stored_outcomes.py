"""Outcomes of the test writes of one portal, read back from storage."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from b24app.checklist.model import AfterStep, ProbeRun
from b24app.checklist.test_writes.switch import read_switch
from b24app.checklist.test_writes.write_steps import SCOPES, Probed, Probes, StepDone, WriteKind, of_kind
from b24app.database import current_portal_id, db
from b24app.errors import NotFound
from b24app.portals.model import Portal
from b24app.services import services
from b24app.stored_values import read_kept

LOOKED_BACK = 5
GIVEN_UP = timedelta(minutes=30)


def missing_scopes() -> tuple[str, ...]:
    """The permissions without which a probe cannot be sent."""
    portal = db.session.get(Portal, current_portal_id())
    granted = set(portal.scopes) if portal else set()
    return tuple(scope for scope in SCOPES.values() if scope not in granted)


def probe_under_way() -> ProbeRun | None:
    """The probe of this portal that is queued or running; one whose worker died is not waited for."""
    active = ProbeRun.active.is_not(None)
    return db.session.scalar(select(ProbeRun).where(active, since() >= services().clock.now() - GIVEN_UP))


def since() -> ColumnElement[datetime]:
    """The moment from which a probe's time is counted."""
    return func.coalesce(ProbeRun.started_at, ProbeRun.created_at)


def get_under_way() -> ProbeRun:
    """The same, when there has to be one."""
    row = probe_under_way()
    if row is None:
        raise NotFound("probe")
    return row


def latest_probe() -> ProbeRun | None:
    """The newest probe of this portal, whatever became of it."""
    return db.session.scalar(select(ProbeRun).order_by(ProbeRun.id.desc()).limit(1))


def steps_of(row: ProbeRun) -> tuple[StepDone, ...]:
    """Its steps so far; none when one of them is not of this release: without it the rest would tell another story."""
    found: tuple[StepDone, ...] = read_kept(tuple[StepDone, ...], row.steps) or ()
    return found


def outcomes(row: ProbeRun | None) -> tuple[Probed, ...]:
    """What a probe has found out, kind by kind."""
    if row is None:
        return ()
    at, steps = row.finished_at or row.created_at, steps_of(row)
    rows = (Probed(kind, at, row.asked_by_name, of_kind(steps, kind)) for kind in WriteKind)
    return tuple(one for one in rows if one.steps)


def read_probes() -> Probes:
    """What the checks are told: the switch, the permissions, the newest outcome of each kind."""
    switch, finished = read_switch(), ProbeRun.finished_at.is_not(None)
    newest = db.session.scalars(
        select(ProbeRun).where(finished).order_by(ProbeRun.id.desc()).limit(LOOKED_BACK)
    ).all()
    found = [one for row in newest for one in outcomes(row)]
    rows = tuple(
        one for kind in WriteKind if (one := next((each for each in found if each.kind is kind), None))
    )
    activated = db.session.scalar(
        select(AfterStep.activated_at).order_by(AfterStep.activated_at.desc()).limit(1)
    )
    return Probes(switch.on, missing_scopes(), rows, activated, switch.by)
