"""Are all stages and entries of the dictionaries there?"""

from collections.abc import Iterator

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.crm_dictionaries import place_of
from b24app.checklist.engine.verdict import Level, Verdict, failed, passed, seen, unknown, warned
from b24app.checklist.facts.crm.crm_mode import CrmMode
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.crm.stage_lists import StageLists
from b24app.checklist.facts.crm.stages import LEADS, PipelineStage, Stages
from b24app.text.messages import N_


@check(
    title=N_("Stages are in place"),
    why=N_("What stood on it is lost from view, and its robots do not act."),
    remedy=N_(
        "Create it again and move what stood on it back: “How to bring it back” in the comparison tells how."
    ),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def stages_present(
    stages: Stages,
    pipelines: Pipelines,
    baseline: Baseline,
    *,
    stage_lists: StageLists | None = None,
    crm_mode: CrmMode | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Verdict:
    """Judge that no stage or entry of the baseline is lost, by dictionary and code; leads that are off need no stages.

    Stages deleted with their pipeline or smart process are reported by the checks of these.
    """
    if not stages.is_whole:
        return unknown(N_("The portal gave only a part of the stages"))
    before = baseline.of(Stages)
    lost = gone({s.key: s for s in before.entries} if before else None, {s.key for s in stages.entries})
    if crm_mode is not None and not crm_mode.with_leads:
        lost = tuple(s for s in lost if s.entity_id != LEADS)
    went = (*_of_lost_pipelines(baseline, pipelines), *_of_lost_processes(baseline, smart_processes))
    lost = tuple(s for s in lost if not _belongs(s.entity_id, went))
    if lost:
        return _lost_stages(lost, pipelines, stage_lists)
    return passed(N_("Stages: %(count)s"), count=sum(s.is_stage for s in stages.entries))


def _of_lost_pipelines(baseline: Baseline, now: Pipelines) -> Iterator[str]:
    before = baseline.of(Pipelines)
    left = {row.stage_list for row in now.rows}
    yield from (row.stage_list for row in (before.rows if before else ()) if row.stage_list not in left)


def _of_lost_processes(baseline: Baseline, now: SmartProcesses | None) -> Iterator[str]:
    """The beginnings of the ids of their stage lists: DYNAMIC_177_STAGE_7."""
    before = baseline.of(SmartProcesses)
    if before is not None and now is not None:
        yield from (f"DYNAMIC_{key}_" for key in before.by_type().keys() - now.by_type().keys())


def _belongs(entity_id: str, lists: tuple[str, ...]) -> bool:
    return any(entity_id == one or (one.endswith("_") and entity_id.startswith(one)) for one in lists)


def _lost_stages(lost: tuple[PipelineStage, ...], pipelines: Pipelines, lists: StageLists | None) -> Verdict:
    level = Level.FAIL if any(s.is_stage for s in lost) else Level.WARN
    evidence = tuple(
        seen(s.name, N_("gone from “%(place)s”"), level, place=place_of(s.entity_id, pipelines, lists))
        for s in lost
    )
    names = tuple(s.name for s in lost)
    if level is Level.FAIL:
        return failed(N_("Stages are gone: %(names)s"), None, evidence, names=names)
    return warned(N_("Entries of CRM dictionaries are gone: %(names)s"), None, evidence, names=names)
