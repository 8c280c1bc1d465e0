"""Whether a verdict applies: with whose rights the portal was read, and whether there is a shop in it at all."""

from dataclasses import replace

from b24app.checklist.engine.check import Area, Baseline, CheckSpec
from b24app.checklist.engine.fact import Facts, load_facts
from b24app.checklist.engine.verdict import Because, Level, Verdict, not_used, unknown
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.delivery.order_counts import OrderCounts
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.site.sites import Sites
from b24app.text.messages import N_

LOUD = frozenset({Level.WARN, Level.FAIL})
NEEDS_NO_RIGHTS = frozenset(
    {
        "application",
        "granted_scopes",
        "me",
        "features",
        "server_time",
        "available_events",
        "available_placements",
        "own_test_event",
    }
)
"""Facts that every user gets whole; everything else a portal cuts by rights, often silently (reference: checks.md)."""
OF_A_SHOP = frozenset({Area.PAYMENTS, Area.DELIVERY, Area.MARKETPLACES})
NO_RIGHTS = N_("Not judged: the person with whose access we look is not an administrator")
ONE_REMEDY = N_("One remedy for all such lines: a portal administrator opens the application once.")
NO_SHOP = N_("There is no shop in this portal: no orders and no site that sells")


def weighed(spec: CheckSpec, verdict: Verdict, facts: Facts, baseline: Baseline) -> Verdict:
    """The verdict, unless it depends on facts that could not be seen or concerns a part that the portal does not have."""
    if verdict.level not in LOUD:
        return verdict
    if spec.area in OF_A_SHOP and has_no_shop(facts) and not _had_shop(baseline):
        return replace(not_used(NO_SHOP), because=Because.NO_SHOP)
    return no_rights() if is_blinded(spec, facts) else verdict


def no_rights() -> Verdict:
    """Unknown for lack of rights: one cause with one remedy, which its own check shows."""
    return replace(unknown(NO_RIGHTS, ONE_REMEDY), because=Because.NO_RIGHTS)


def looks_without_rights(facts: Facts) -> bool:
    """Whether the user whose access is used is no administrator."""
    me = facts.of(Me)
    return me is not None and not me.admin


def is_blinded(spec: CheckSpec, facts: Facts) -> bool:
    """Whether a check depends on answers that the portal cuts for such a user."""
    asked = {*spec.facts, *spec.optional} & set(load_facts())
    return looks_without_rights(facts) and not asked <= NEEDS_NO_RIGHTS


def has_no_shop(facts: Facts) -> bool:
    """Whether it is certain that there was never an order, and that no site sells."""
    orders, sites, counts = facts.of(RecentOrders), facts.of(Sites), facts.of(OrderCounts)
    if orders is None or sites is None or orders.rows or sites.shops():
        return False
    return counts is None or counts.every == 0


def _had_shop(baseline: Baseline) -> bool:
    """Whether the baseline shows a shop; False without a baseline."""
    return bool(baseline.facts.values) and not has_no_shop(baseline.facts)
