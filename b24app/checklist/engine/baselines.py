"""The baseline: the run to compare with, chosen by a person or kept automatically (comparison/automatic_baseline.py)."""

from sqlalchemy import select

from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.stored_facts import load_facts_from
from b24app.checklist.model import BaselineChoice, FactRow, Run, RunState
from b24app.database import current_portal_id, db, read_once
from b24app.errors import NotFound
from b24app.services import services


def choose_baseline(run_id: int, *, user_id: int | None = None, user_name: str = "") -> BaselineChoice:
    """Compare with this run from now on; without a user the choice counts as automatic."""
    if db.session.scalar(select(Run.id).where(Run.id == run_id, Run.state == RunState.DONE)) is None:
        raise NotFound("run")
    choice = BaselineChoice(
        portal_id=current_portal_id(),
        run_id=run_id,
        automatic=user_id is None,
        chosen_at=services().clock.now(),
        chosen_by=user_id,
        chosen_by_name=user_name,
    )
    db.session.add(choice)
    db.session.commit()
    return choice


@read_once
def chosen_baseline() -> BaselineChoice | None:
    """The choice that counts now."""
    return db.session.scalar(select(BaselineChoice).order_by(BaselineChoice.id.desc()).limit(1))


def baseline_for(run_id: int) -> Baseline:
    """What a run is judged against: the chosen run, as long as it is not the same or a later one."""
    choice = chosen_baseline()
    if choice is None or choice.run_id >= run_id:
        return Baseline()
    run = db.session.scalar(select(Run).where(Run.id == choice.run_id))
    rows = db.session.execute(
        select(FactRow.name, FactRow.value, FactRow.refusal).where(FactRow.run_id == choice.run_id)
    )
    facts = load_facts_from({name: (value, refusal) for name, value, refusal in rows})
    return Baseline(facts, run.finished_at if run else None)
