"""Must managers fill in more than before?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.crm_field_changes import newly_required, owned_before, owned_fields
from b24app.checklist.engine.verdict import Verdict, passed, seen, warned
from b24app.checklist.facts.crm.item_fields import CrmFields, DealFields, SmartFields
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.text.messages import N_


@check(
    title=N_("The same fields are required"),
    why=N_("With a new required field cards are not saved by hand, and exchanges get an error."),
    remedy=N_("Make the field optional or teach the exchange to fill it in."),
    area=Area.CRM,
    place=N_("CRM → Settings → Custom fields"),
)
def required_fields_same(
    deal_fields: DealFields,
    baseline: Baseline,
    crm_fields: CrmFields | None = None,
    smart_fields: SmartFields | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Verdict:
    """Judge that no field of deals, leads, contacts, companies or smart processes became required since the baseline."""
    now = owned_fields(deal_fields, crm_fields, smart_fields, smart_processes)
    was = owned_before(baseline)
    new = tuple(now.named(*one) for one in newly_required(was, now))
    if new:
        return warned(
            N_("Became required: %(names)s"), N_("Cards without them are not saved by hand"), names=new
        )
    required = tuple(
        now.named(owner, one)
        for owner, fields in now.owners.items()
        for one in fields.values()
        if one.must_be_filled
    )
    evidence = (seen(N_("Required"), value=required),) if required else ()
    return passed(N_("Required fields: %(count)s"), None, evidence, count=len(required))
