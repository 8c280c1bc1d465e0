"""Is the catalogue there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.catalogue.catalogues import Catalogues
from b24app.text.messages import N_


@check(
    title=N_("The product catalogue is in place"),
    why=N_("Without its catalogue the shop shows nothing, and orders lose their goods."),
    remedy=N_("Open the catalogue; if it is gone, restore it from a copy before anything else."),
    area=Area.CATALOGUE,
    severity=Severity.ORDERS,
    place=N_("CRM → Products"),
)
def catalogue_present(catalogues: Catalogues, baseline: Baseline) -> Verdict:
    """Judge that no catalogue of the baseline is lost."""
    now = {row.iblock_id: row.name for row in catalogues.rows}
    before = baseline.of(Catalogues)
    lost = gone({row.iblock_id: row.name for row in before.rows} if before else None, now)
    if lost:
        return failed(N_("Catalogues are gone: %(names)s"), names=lost)
    if not now:
        return not_used(N_("The portal has no product catalogue"))
    return passed(N_("Catalogues: %(names)s"), names=tuple(now.values()))
