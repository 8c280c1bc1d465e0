"""Are all stages there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, seen, unknown
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.stages import Stages
from b24app.text.messages import N_


@check(
    title=N_("Stages are in place"),
    why=N_("Deals on a lost stage and its robots are lost from view."),
    remedy=N_("Create the stage again and move its deals back."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def stages_present(stages: Stages, pipelines: Pipelines, baseline: Baseline) -> Verdict:
    """Judge that no stage of the baseline is lost, by dictionary and code."""
    if not stages.is_whole:
        return unknown(N_("The portal gave only a part of the stages"))
    now = {(s.entity_id, s.status_id): s for s in stages.entries if s.is_stage}
    before = baseline.of(Stages)
    was = {(s.entity_id, s.status_id): s for s in before.entries if s.is_stage} if before else None
    lost = gone(was, now)
    if lost:
        evidence = tuple(seen(s.name, value=pipelines.name_of(s.entity_id), level=Level.FAIL) for s in lost)
        return failed(N_("Stages are gone: %(names)s"), None, evidence, names=tuple(s.name for s in lost))
    return passed(N_("Stages: %(count)s"), count=len(now))
