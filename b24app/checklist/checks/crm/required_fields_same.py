"""Must managers fill in more than before?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, passed, seen, warned
from b24app.checklist.facts.crm.deal_fields import DealFields
from b24app.text.messages import N_


@check(
    title=N_("The same deal fields are required"),
    why=N_("With a new required field deals are not saved by hand, and exchanges get an error."),
    remedy=N_("Make the field optional or teach the exchange to fill it in."),
    area=Area.CRM,
    place=N_("CRM → Settings → Custom fields"),
)
def required_fields_same(deal_fields: DealFields, baseline: Baseline) -> Verdict:
    """Judge that no deal field became required since the baseline."""
    now = {row.upper_name: row.title or row.upper_name for row in deal_fields.required()}
    before = baseline.of(DealFields)
    new = gone(now, {row.upper_name: row.title for row in before.required()}) if before else ()
    if new:
        return warned(
            N_("Became required: %(names)s"), N_("Deals without them are not saved by hand"), names=new
        )
    evidence = (seen(N_("Required"), value=tuple(now.values())),) if now else ()
    return passed(N_("Required fields: %(count)s"), None, evidence, count=len(now))
