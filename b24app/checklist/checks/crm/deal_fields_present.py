"""Are all custom fields of the CRM there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.crm_field_changes import lost_fields, owned_before, owned_fields, retyped_fields
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.crm.item_fields import CrmFields, DealFields, SmartFields
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.text.messages import N_


@check(
    title=N_("Custom fields of CRM are in place"),
    why=N_("Data of a lost field is lost with it, and exchanges that write into it fail."),
    remedy=N_("Create the field again with the same code and load its data from a copy."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Custom fields"),
)
def deal_fields_present(
    deal_fields: DealFields,
    baseline: Baseline,
    crm_fields: CrmFields | None = None,
    smart_fields: SmartFields | None = None,
    smart_processes: SmartProcesses | None = None,
) -> Verdict:
    """Judge that no field of the company's own is lost or has another type; another label is fine."""
    now = owned_fields(deal_fields, crm_fields, smart_fields, smart_processes)
    was = owned_before(baseline)
    lost = tuple(was.named(*one) for one in lost_fields(was, now))
    if lost:
        return failed(N_("Fields are gone: %(names)s"), names=lost)
    changed = tuple(now.named(*one) for one in retyped_fields(was, now))
    if changed:
        return failed(N_("Fields have another type: %(names)s"), names=changed)
    own = sum(one.is_dynamic for fields in now.owners.values() for one in fields.values())
    return (
        passed(N_("Fields of your own: %(count)s"), count=own)
        if own
        else not_used(N_("CRM has no fields of your own"))
    )
