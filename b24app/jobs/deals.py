"""Jobs of the pipeline of renewals in an integrator's CRM: made, followed, each client by itself."""

from collections.abc import Iterator

from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.integrators.pipeline.deal_updates import (
    follow_client,
    follow_pipeline,
    follow_pipelines,
    look_at_deal,
)
from b24app.integrators.pipeline.model import RenewalPipeline
from b24app.integrators.pipeline.set_up import set_up_pipeline
from b24app.integrators.pipeline.states import PipelineState
from b24app.integrators.pipeline.stored_pipeline import fail_set_up
from b24app.jobs.job import Ids, Job, Lane


def unmade_pipelines() -> Iterator[Ids]:
    """The pipelines that somebody has asked for and that are not made yet."""
    waiting = RenewalPipeline.state == PipelineState.WAITING
    with every_portal():
        found = db.session.scalars(select(RenewalPipeline.portal_id).where(waiting)).all()
    yield from ((portal_id,) for portal_id in found)


JOBS = (
    Job(
        "set_up_pipeline",
        set_up_pipeline,
        lane=Lane.PEOPLE,
        failed=fail_set_up,
        unfinished=unmade_pipelines,
    ),
    Job("follow_pipelines", follow_pipelines, hour="*", minute="*/5"),
    Job("follow_pipeline", follow_pipeline),
    Job("follow_client", follow_client),
    Job("look_at_deal", look_at_deal),
)
