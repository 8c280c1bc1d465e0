"""Does CRM work with leads as before?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.verdict import Verdict, passed, warned
from b24app.checklist.facts.crm.crm_mode import CrmMode
from b24app.text.messages import N_


@check(
    title=N_("The mode of CRM is the same"),
    why=N_(
        "With leads switched off requests become deals at once, and forms, robots and reports behave differently."
    ),
    remedy=N_("Set the former mode in CRM settings."),
    area=Area.CRM,
    place=N_("CRM → Settings → Leads"),
)
def crm_mode_same(crm_mode: CrmMode, baseline: Baseline) -> Verdict:
    """Judge that leads are on or off as in the baseline."""
    before = baseline.of(CrmMode)
    if before is not None and before.with_leads != crm_mode.with_leads:
        return warned(
            N_("Leads were switched on since the snapshot")
            if crm_mode.with_leads
            else N_("Leads were switched off since the snapshot")
        )
    return passed(N_("CRM works with leads") if crm_mode.with_leads else N_("CRM works without leads"))
