"""Were stages renamed or moved?"""

from b24app.checklist.engine.check import Area, Baseline, CheckTime, Severity, check, no_baseline
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.crm.stages import Stages
from b24app.text.messages import N_


@check(
    title=N_("Stages are named and ordered as before"),
    why=N_("Robots, reports and exchanges rely on the order and on the meaning of stages."),
    remedy=N_("Ask who edited the pipeline; accept the change if it is right."),
    area=Area.CRM,
    severity=Severity.NOTE,
    stage=CheckTime.AFTER,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def stages_same(stages: Stages, baseline: Baseline) -> Verdict:
    """Judge name, meaning and order of the stages that both runs have."""
    before = baseline.of(Stages)
    if before is None:
        return no_baseline()
    was = {(s.entity_id, s.status_id): s for s in before.entries if s.is_stage}
    both = [(was[key], s) for s in stages.entries if (key := (s.entity_id, s.status_id)) in was]
    changed = tuple(
        now.name
        for old, now in both
        if (old.name, old.semantics, old.sort) != (now.name, now.semantics, now.sort)
    )
    if changed:
        return warned(N_("Stages were edited: %(names)s"), names=changed)
    return passed(N_("Names, meaning and order are the same"))
