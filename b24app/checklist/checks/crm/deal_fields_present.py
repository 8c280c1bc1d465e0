"""Are all deal fields there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check, missing
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed
from b24app.checklist.facts.crm.deal_userfields import DealUserfields
from b24app.text.messages import N_


@check(
    title=N_("Deal fields are in place"),
    why=N_("Data of a lost field is lost with it, and exchanges that write into it fail."),
    remedy=N_("Create the field again with the same code and load its data from a copy."),
    area=Area.CRM,
    severity=Severity.ORDERS,
    place=N_("CRM → Settings → Custom fields"),
)
def deal_fields_present(deal_userfields: DealUserfields, baseline: Baseline) -> Verdict:
    """Judge that no field of the company's own is lost or has another type."""
    now = {row.field_name: row.user_type_id for row in deal_userfields.rows}
    before = baseline.of(DealUserfields)
    was = {row.field_name: row.user_type_id for row in before.rows} if before else {}
    lost = missing(was, now)
    if lost:
        return failed(N_("Fields are gone: %(names)s"), names=lost)
    changed = tuple(name for name, kind in was.items() if now[name] != kind)
    if changed:
        return failed(N_("Fields have another type: %(names)s"), names=changed)
    if not now:
        return not_used(N_("Deals have no fields of your own"))
    return passed(N_("Fields of your own: %(count)s"), count=len(now))
