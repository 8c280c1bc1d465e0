"""Were stages renamed or moved?"""

from collections.abc import Iterator

from b24app.checklist.engine.check import Area, Baseline, CheckTime, Severity, check, no_baseline
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.crm.stages import PipelineStage, Stages
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
    """Judge name, meaning and order of the stages that both runs have; other numbers with the same order are no change."""
    before = baseline.of(Stages)
    if before is None:
        return no_baseline()
    was = {s.key: s for s in before.entries if s.is_stage}
    now = {s.key: s for s in stages.entries if s.is_stage}
    edited = {key for key in was.keys() & now.keys() if _meaning(was[key]) != _meaning(now[key])}
    edited |= {s.key for entity in before.lists for s in _moved(before.of(entity), stages.of(entity))}
    changed = tuple(s.name for key, s in now.items() if key in edited)
    if changed:
        return warned(N_("Stages were edited: %(names)s"), names=changed)
    return passed(N_("Names, meaning and order are the same"))


def _meaning(stage: PipelineStage) -> tuple[str, str]:
    return stage.name, stage.semantics


def _moved(was: tuple[PipelineStage, ...], now: tuple[PipelineStage, ...]) -> Iterator[PipelineStage]:
    """The stages in another position among those that both runs have."""
    both = {s.key for s in was} & {s.key for s in now}
    pairs = zip([s for s in was if s.key in both], [s for s in now if s.key in both], strict=True)
    yield from (today for then, today in pairs if then.key != today.key)
