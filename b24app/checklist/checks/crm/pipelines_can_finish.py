"""Can deals be won and lost?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.stages import Stages
from b24app.text.messages import N_


@check(
    title=N_("Every pipeline can win and lose a deal"),
    why=N_("Without a successful and a failed stage deals cannot be closed, and sales are not counted."),
    remedy=N_("Add the missing final stage to the pipeline."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def pipelines_can_finish(stages: Stages, pipelines: Pipelines) -> Verdict:
    """Judge that each pipeline has a stage of success and one of failure."""
    endless = tuple(
        pipelines.name_of(entity)
        for entity in stages.pipelines
        if not {"success", "failure"} <= {stage.semantics for stage in stages.of(entity)}
    )
    if endless:
        return failed(N_("No successful or no failed stage: %(names)s"), names=endless)
    if not stages.pipelines:
        return unknown(N_("The portal shows no stages of deals"))
    return passed(N_("Pipelines with both endings: %(count)s"), count=len(stages.pipelines))
