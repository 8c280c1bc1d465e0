"""Are all pipelines there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, passed
from b24app.checklist.facts.crm.pipelines import Pipelines
from b24app.text.messages import N_


@check(
    title=N_("Pipelines are in place"),
    why=N_(
        "Deals of a lost pipeline disappear from the managers' view, and new requests have nowhere to go."
    ),
    remedy=N_("Create the pipeline and its stages again and move the deals back."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Deals → Pipelines"),
    link="/crm/deal/",
)
def pipelines_present(pipelines: Pipelines, baseline: Baseline) -> Verdict:
    """Judge that no pipeline of the baseline is lost and that there is one at all."""
    now = {row.id: row.name for row in pipelines.rows}
    before = baseline.of(Pipelines)
    lost = gone({row.id: row.name for row in before.rows} if before else None, now)
    if lost:
        return failed(
            N_("Pipelines are gone: %(names)s"), N_("Deals of these pipelines have no place"), names=lost
        )
    if not now:
        return failed(N_("The portal shows no deal pipeline"))
    return passed(N_("Pipelines: %(names)s"), names=tuple(now.values()))
