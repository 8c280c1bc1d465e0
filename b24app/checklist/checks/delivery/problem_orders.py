"""Do many orders carry a problem mark?"""

from b24app.checklist.engine.check import Area, Baseline, check
from b24app.checklist.engine.traffic import is_more_than_chance
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, warned
from b24app.checklist.facts.delivery.order_counts import OrderCounts
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.text.messages import N_


@check(
    title=N_("Few orders have problems"),
    why=N_("A problem mark means that the portal could not do something itself: reserve, ship, pay."),
    remedy=N_("Open the marked orders and read the reason in each."),
    area=Area.DELIVERY,
    place=N_("CRM → Orders"),
)
def problem_orders(order_counts: OrderCounts, order_months: OrderMonths, baseline: Baseline) -> Verdict:
    """Judge that more orders are marked in thirty days than in the baseline, by more than chance; one of a hundred is usual."""
    if not order_counts.every:
        return not_used(N_("The portal works without orders"))
    before = baseline.of(OrderCounts)
    evidence = (
        seen(N_("With a problem mark in 30 days"), value=order_counts.marked_30),
        seen(N_("Not paid in 30 days"), value=order_counts.unpaid_30),
    )
    expected = max(before.marked_30 if before else order_months.usual / 20, order_months.usual / 100, 1.0)
    if order_counts.marked_30 > expected and is_more_than_chance(order_counts.marked_30, expected):
        return warned(
            N_("Orders with a problem mark in 30 days: %(count)s"),
            None,
            evidence,
            count=order_counts.marked_30,
        )
    return passed(
        N_("Orders with a problem mark in 30 days: %(count)s"), None, evidence, count=order_counts.marked_30
    )
