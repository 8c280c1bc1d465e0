"""Repeats after activation: at once, after a quarter of an hour, after one day and after three."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from b24app.checklist.engine.runs import start_run
from b24app.checklist.model import AfterStep
from b24app.database import current_portal_id, db, every_portal, portal_scope
from b24app.each_portal import alone
from b24app.services import services
from b24app.text.messages import N_

STEPS: Mapping[str, timedelta] = {
    "at_once": timedelta(0),
    "15m": timedelta(minutes=15),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
}
STEP_TITLES: Mapping[str, str] = {
    "at_once": N_("At once"),
    "15m": N_("After 15 minutes"),
    "24h": N_("After 24 hours"),
    "72h": N_("After 72 hours"),
}


def schedule_after_activation(activated_at: datetime) -> list[AfterStep]:
    """Plan the repeats of one activation; planning it again changes nothing."""
    known = after_steps(activated_at)
    if known:
        return known
    mine = current_portal_id()
    steps = [
        AfterStep(portal_id=mine, activated_at=activated_at, step=step, due_at=activated_at + wait)
        for step, wait in STEPS.items()
    ]
    db.session.add_all(steps)
    db.session.commit()
    return steps


def after_steps(activated_at: datetime | None = None) -> list[AfterStep]:
    """The repeats of one activation, or of the newest one, in order."""
    moment = activated_at or db.session.scalar(
        select(AfterStep.activated_at).order_by(AfterStep.activated_at.desc()).limit(1)
    )
    mine = AfterStep.activated_at == moment, AfterStep.step.in_(list(STEPS))
    wanted = select(AfterStep).where(*mine).order_by(AfterStep.due_at)
    return list(db.session.scalars(wanted)) if moment else []


def start_due_repeats() -> None:
    """Start every repeat whose time has come, in all portals; a job for every few minutes."""
    now = services().clock.now()
    with every_portal():
        due = db.session.execute(
            select(AfterStep.id, AfterStep.portal_id, AfterStep.step).where(
                AfterStep.run_id.is_(None), AfterStep.due_at <= now, AfterStep.step.in_(list(STEPS))
            )
        ).all()
    db.session.commit()
    for step_id, portal_id, step in due:
        alone(portal_id, partial(_start_repeat, step_id, step))


def _start_repeat(step_id: int, step: str, portal_id: int) -> None:
    with portal_scope(portal_id):
        run_id = start_run(kind=f"after_{step}")
        row = db.session.get(AfterStep, step_id)
        if row is not None:
            row.run_id = run_id
            db.session.commit()
