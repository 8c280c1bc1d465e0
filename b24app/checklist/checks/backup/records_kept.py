"""Are all records of CRM there?"""

from collections.abc import Iterator, Mapping

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.own_facts import PutBack
from b24app.checklist.engine.record_counts import Fewer, Total, fewer_than, gravity_of, with_put_back
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Sentence,
    Verdict,
    failed,
    passed,
    seen,
    sentence,
    unknown,
    warned,
)
from b24app.checklist.facts.backup.order_totals import OrderTotals
from b24app.checklist.facts.crm.crm_totals import CrmTotals, SmartTotals
from b24app.checklist.facts.crm.smart_processes import SmartProcesses
from b24app.checklist.facts.delivery.order_counts import OrderCounts
from b24app.text.messages import N_

RECORDS = {
    "leads": N_("Leads"),
    "deals": N_("Deals"),
    "contacts": N_("Contacts"),
    "companies": N_("Companies"),
    "invoices": N_("Invoices"),
    "quotes": N_("Quotes"),
    "orders": N_("Orders"),
}
GRAVITY = (Level.PASS, Level.WARN, Level.FAIL)
NOT_MADE_UP = N_("Only what was there in the snapshot is counted: new records do not make up for it")


@check(
    title=N_("CRM has as many records as before"),
    why=N_("A renewal does not delete anything by itself, but clearing space for a smaller plan does."),
    remedy=N_("Look into the recycle bin and compare with the copy."),
    area=Area.BACKUP,
    severity=Severity.ORDERS,
    place=N_("CRM → Recycle bin"),
)
def records_kept(
    crm_totals: CrmTotals,
    baseline: Baseline,
    order_totals: OrderTotals | None = None,
    smart_totals: SmartTotals | None = None,
    smart_processes: SmartProcesses | None = None,
    *,
    put_back: PutBack | None = None,
) -> Verdict:
    """Judge how many of the records that the baseline counted are left; new ones do not make up for them."""
    now = _beside(_totals(crm_totals, order_totals, smart_totals), put_back)
    before = baseline.of(CrmTotals)
    was = _totals(before, _orders_of(baseline), baseline.of(SmartTotals)) if before else {}
    if not now:
        return unknown(N_("The portal does not show records of CRM"))
    names = RECORDS | (
        {row.entity_type_id: row.title for row in smart_processes.rows} if smart_processes else {}
    )
    fewer = {kind: found for kind, found in _fewer(was, now) if kind in names}
    evidence = tuple(
        _evidence(names[kind], total, fewer.get(kind), kind) for kind, total in now.items() if kind in names
    )
    gone = tuple(_deleted(names[kind], found) for kind, found in fewer.items())
    level = max(
        (gravity_of(kind, found) for kind, found in fewer.items()), key=GRAVITY.index, default=Level.PASS
    )
    if level is Level.FAIL:
        return failed(
            N_("There are fewer records than in the snapshot: %(gone)s"), NOT_MADE_UP, evidence, gone=gone
        )
    if level is Level.WARN:
        return warned(N_("Deleted since the snapshot: %(gone)s"), NOT_MADE_UP, evidence, gone=gone)
    every = sum(total.count for total in now.values())
    if gone:
        return passed(
            N_("Records: %(count)s. Deleted since the snapshot, as in any tidying: %(gone)s"), None, evidence,
            count=every, gone=gone,
        )  # fmt: skip
    return passed(N_("Records: %(count)s"), None, evidence, count=every)


def _deleted(name: str, fewer: Fewer) -> Sentence:
    return sentence(N_("%(name)s: %(gone)s of %(was)s"), name=sentence(name), gone=fewer.gone, was=fewer.was)


def _orders_of(baseline: Baseline) -> OrderTotals | None:
    """Older releases counted orders without their newest id."""
    found, counts = baseline.of(OrderTotals), baseline.of(OrderCounts)
    return found or (OrderTotals(Total(counts.every, 0)) if counts else None)


def _totals(crm: CrmTotals, orders: OrderTotals | None, smart: SmartTotals | None) -> Mapping[str, Total]:
    return {**crm.totals, **({"orders": orders.total} if orders else {}), **(smart.totals if smart else {})}


def _beside(totals: Mapping[str, Total], put_back: PutBack | None) -> Mapping[str, Total]:
    """Count restored records as existing, although their numbers are new."""
    back = put_back.counts if put_back is not None else {}
    return {kind: with_put_back(total, back.get(kind, 0)) for kind, total in totals.items()}


def _fewer(was: Mapping[str, Total], now: Mapping[str, Total]) -> Iterator[tuple[str, Fewer]]:
    for kind, total in was.items():
        if kind in now and (found := fewer_than(total, now[kind])) is not None:
            yield kind, found


def _evidence(name: str, total: Total, fewer: Fewer | None, kind: str) -> Evidence:
    if fewer is None:
        return seen(name, value=total.count)
    return seen(
        name, N_("of %(was)s that were there, %(count)s are left: %(gone)s deleted"), gravity_of(kind, fewer),
        was=fewer.was, count=fewer.left, gone=fewer.gone,
    )  # fmt: skip
