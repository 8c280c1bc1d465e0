"""The pipeline of an integrator's portal: asked for by a press, its switches, what is wrong with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from b24app.database import changed_rows, current_portal_id, db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.integrators.members import get_integrator
from b24app.integrators.pipeline.deal_stages import MAY_BE_MOVED, STAGES, DealStage
from b24app.integrators.pipeline.model import PipelineDeal, RenewalPipeline
from b24app.integrators.pipeline.states import DealState, PipelineProblem, PipelineState
from b24app.services import services
from b24app.single_rows import single_row
from b24app.terms.term import Author
from b24app.text.messages import N_, P_

NAME = P_("pipeline", "Renewals")


@dataclass(frozen=True, slots=True)
class WorkingPipeline:
    """A pipeline that is there, as work on its deals needs it."""

    category_id: int
    stages: dict[DealStage, str]
    by_hand: frozenset[str]

    def code(self, stage: DealStage) -> str:
        """The code of a stage in the CRM."""
        return self.stages[stage]

    def stage(self, code: str) -> DealStage | None:
        """Our stage for a stage of the CRM; None for one that people have added."""
        return next((stage for stage, known in self.stages.items() if known == code), None)


def get_pipeline() -> RenewalPipeline | None:
    """The row of the portal in scope."""
    return db.session.scalar(select(RenewalPipeline))


def working_pipeline() -> WorkingPipeline | None:
    """The pipeline of the portal in scope while it works and the portal is an integrator's."""
    row = get_pipeline()
    if (
        row is None
        or row.state != PipelineState.WORKING
        or row.category_id is None
        or get_integrator() is None
    ):
        return None
    codes = {stage: row.stages[stage] for stage in DealStage if stage in row.stages}
    return (
        WorkingPipeline(row.category_id, codes, frozenset(row.by_hand)) if len(codes) == len(STAGES) else None
    )


def ask_pipeline(*, by: Author, at: datetime) -> None:
    """Have the pipeline made, or looked for again, by a job after a press. A second press changes nothing."""
    begins = {"asked_by": by.name, "asked_by_id": by.user_id or 0, "asked_at": at}
    begins["by_hand"] = [str(stage) for stage in MAY_BE_MOVED]
    row = single_row(RenewalPipeline, begins=begins)
    row.state, row.problem = PipelineState.WAITING, ""
    row.asked_by, row.asked_by_id, row.asked_at = by.name, by.user_id or 0, at
    db.session.flush()
    services().queue.later("set_up_pipeline", current_portal_id())


def allow_by_hand(stage: str, *, allowed: bool) -> None:
    """Let deals be moved to a stage by hand, or let them return; what needs evidence is never moved so."""
    row = get_pipeline()
    if row is None:
        raise NotFound
    if stage not in set(MAY_BE_MOVED):
        raise BadInput(N_("This stage comes from the portal or from the client's side alone."), "stage")
    others = [one for one in row.by_hand if one != stage]
    row.by_hand = [*others, stage] if allowed else others
    db.session.flush()


def note_problem(problem: PipelineProblem, state: PipelineState = PipelineState.FAILED) -> None:
    """The CRM of the portal in scope takes nothing: keep the reason, and stop until somebody presses again."""
    row = get_pipeline()
    if row is not None:
        row.state, row.problem = state, problem
        db.session.flush()


def fail_set_up(_words: str, portal_id: int) -> None:
    """The work was given up."""
    with portal_scope(portal_id):
        row = get_pipeline()
        if row is not None and row.state == PipelineState.WAITING:
            note_problem(PipelineProblem.SILENT)


def claim_adding(seen: datetime | None, at: datetime, before: Collection[int]) -> bool:
    """Store that the pipeline is being added now; False when another worker has stored it since `seen`."""
    mine = RenewalPipeline.adding_since.is_(None) if seen is None else RenewalPipeline.adding_since == seen
    done = db.session.execute(
        update(RenewalPipeline)
        .where(mine, RenewalPipeline.category_id.is_(None))
        .values(adding_since=at, before=list(before))
        .execution_options(synchronize_session=False)
    )
    return changed_rows(done) == 1


def begin_deals_anew() -> None:
    """A new pipeline: deals that were deleted or taken out with the former one are looked for and made again."""
    lost = (DealState.GONE, DealState.TAKEN_OUT, DealState.OPEN)
    db.session.execute(
        update(PipelineDeal)
        .where(PipelineDeal.state.in_(lost))
        .values(state=DealState.WAITING, deal_id=None, adding_since=None)
        .execution_options(synchronize_session=False)
    )
