"""Can deals, invoices and elements of smart processes be finished?"""

from b24app.checklist.engine.check import Area, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, unknown
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.crm.stage_lists import StageLists
from b24app.checklist.facts.crm.stages import Stages, has_ends
from b24app.text.messages import N_

BOTH_ENDS = frozenset({"success", "failure"})


@check(
    title=N_("Every pipeline can win and lose a deal"),
    why=N_("Without a successful and a failed stage deals cannot be closed, and sales are not counted."),
    remedy=N_("Add the missing final stage to the pipeline."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def pipelines_can_finish(
    stages: Stages,
    pipelines: Pipelines,
    stage_lists: StageLists | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Verdict:
    """Judge that each pipeline, those of invoices and smart processes too, has a stage of success and one of failure."""
    shown = {row.id for row in stage_lists.rows if row.is_enabled} if stage_lists else set()
    lists = {one for one in {*stages.lists, *shown} if has_ends(one) and _uses_stages(one, smart_processes)}
    lists = {
        one for one in lists if not one.startswith("DEAL_STAGE")
    }  # a lost pipeline is reported by its own check
    lists |= {row.stage_list for row in pipelines.rows}
    names = {
        **(stage_lists.names() if stage_lists else {}),
        **{row.stage_list: row.name for row in pipelines.rows},
    }
    if not stages.pipelines:
        return unknown(N_("The portal shows no stages of deals"))
    if not stages.is_whole:
        return unknown(N_("The portal gave only a part of the stages"))
    endless = tuple(
        names.get(entity, entity)
        for entity in sorted(lists)
        if not {stage.semantics for stage in stages.of(entity)} >= BOTH_ENDS
    )
    if endless:
        return failed(N_("No successful or no failed stage: %(names)s"), names=endless)
    return passed(N_("Pipelines with both endings: %(count)s"), count=len(lists))


def _uses_stages(stage_list: str, processes: SmartProcesses | None) -> bool:
    """A smart process may work without stages."""
    if not stage_list.startswith("DYNAMIC_") or processes is None:
        return True
    process = processes.by_type().get(stage_list.split("_")[1])
    return process is not None and "isStagesEnabled" in process.enabled
