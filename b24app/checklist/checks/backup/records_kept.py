"""Are all records of CRM there?"""

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.verdict import Verdict, failed, passed, seen, unknown
from b24app.checklist.facts.crm.crm_totals import CrmTotals
from b24app.checklist.facts.delivery.order_counts import OrderCounts
from b24app.text.messages import N_

RECORDS = {
    "leads": N_("Leads"),
    "deals": N_("Deals"),
    "contacts": N_("Contacts"),
    "companies": N_("Companies"),
    "invoices": N_("Invoices"),
    "orders": N_("Orders"),
}


@check(
    title=N_("CRM has as many records as before"),
    why=N_("A renewal does not delete anything by itself, but clearing space for a smaller plan does."),
    remedy=N_("Look into the recycle bin and compare with the copy."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    place=N_("CRM → Recycle bin"),
)
def records_kept(
    crm_totals: CrmTotals, baseline: Baseline, order_counts: OrderCounts | None = None
) -> Verdict:
    """Judge that no kind of record has become fewer by more than one per cent."""
    now = {name: total.count for name, total in crm_totals.totals.items()}
    before, old_orders = baseline.of(CrmTotals), baseline.of(OrderCounts)
    was = {name: total.count for name, total in before.totals.items()} if before else {}
    if order_counts is not None:
        now["orders"] = order_counts.every
        was |= {"orders": old_orders.every} if old_orders else {}
    evidence = tuple(
        seen(RECORDS[name], N_("%(was)s → %(count)s"), was=was.get(name, count), count=count)
        for name, count in now.items()
    )
    if any(count - now.get(name, count) > count / 100 for name, count in was.items()):
        return failed(N_("There are fewer records than in the snapshot"), None, evidence)
    if not now:
        return unknown(N_("The portal does not show records of CRM"))
    return passed(N_("Records: %(count)s"), None, evidence, count=sum(now.values()))
