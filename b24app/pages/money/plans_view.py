"""What unfolds under «Compare plans»: the cards of the plans, what a move changes, what periods cost, what is advised."""

from collections.abc import Mapping
from datetime import date

from flask import request

from b24app.pages.money.savings import list_savings
from b24app.plans.advice import FIT_TITLES, shop_sizes
from b24app.plans.plan_catalogue import LIMITS, SIZES, Plan
from b24app.plans.plan_moves import Impact, impacts
from b24app.plans.prices import PeriodCost, period_costs, sold_periods
from b24app.plans.usage import MEASURES
from b24app.renewal.plan_money import Money
from b24app.services import services
from b24app.terms.corrections import corrected_policy
from b24app.terms.policy import State
from b24app.terms.profile import RenewalProfile, current_payments
from b24app.terms.timeline import TermRow
from b24app.web.money_words import estimate_of, source_of

RENEWED = (State.ACTIVE, State.RENEWED_PENDING, State.ACTIVE_AGAIN)
"""Nothing is to be renewed now: it was bought ahead, or its window is not open yet."""


def plans_values(money: Money, main: TermRow | None) -> Mapping[str, object]:
    """What the comparison draws; `?to=` names the plan whose consequences are shown."""
    target, payments, sizes_source = (
        choose_target(money, request.args.get("to", "")),
        current_payments(),
        sizes_source_of(money),
    )
    return {
        "fits": FIT_TITLES,
        "card_estimates": _card_estimates(money),
        "sizes_source": sizes_source,
        "savings": list_savings(money, sizes_source),
        "sizes": shop_sizes(money.table) if money.profile.edition == "cloud" else (),
        "limits": LIMITS,
        "periods": _periods(money),
        "periods_claim": payments.periods[money.profile.edition].used,
        "period_estimate": estimate_of(
            money.plan.price_claim(1) if money.plan else None, money.table.sources
        ),
        "commercial": services().settings.edition == "local",
        "payments": payments,
        "renewed": main is not None and main.state in RENEWED,
        "target": target,
        "impacts": moves(money, target),
        "measures": MEASURES,
        "downgrade_from": downgrade_day(main, money.profile),
    }


def _card_estimates(money: Money) -> str:
    """The sources of the estimates of the cards."""
    used = (item.plan.price_claim(1) for item in money.advice)
    return "; ".join(dict.fromkeys(text for one in used if (text := estimate_of(one, money.table.sources))))


def sizes_source_of(money: Money) -> str:
    """Who advises plans by the number of orders, and when."""
    used = (item.plan.fact(code).used for item in money.advice for code in SIZES)
    return "; ".join(dict.fromkeys(source_of(one, money.table.sources) for one in used if one))


def _periods(money: Money) -> tuple[PeriodCost, ...]:
    """What the periods that are sold cost; texts of a marketplace name no discount. A price of yours leaves no estimate beside it."""
    payments = current_payments()
    discounts = payments.discounts if services().settings.edition == "local" else ()
    sold = sold_periods(payments.periods[money.profile.edition])
    costs = period_costs(money.plan, sold, discounts) if money.plan else ()
    return tuple(cost for cost in costs if not cost.estimate) or costs


def choose_target(money: Money, code: str) -> Plan | None:
    """The plan whose consequences are shown: the asked one, else the next smaller one."""
    if (asked := money.table.find(code)) is not None and code:
        return asked
    if money.usage.plan is None:
        return None
    smaller = [plan for plan in money.table.offered() if plan.rank < money.usage.plan.rank]
    return smaller[-1] if smaller else None


def moves(money: Money, target: Plan | None) -> tuple[Impact, ...]:
    """The changes that a move to the target brings."""
    if target is None or money.usage.plan is None or target == money.usage.plan:
        return ()
    return impacts(money.need, money.usage.plan, target)


def downgrade_day(main: TermRow | None, profile: RenewalProfile) -> date | None:
    """The first day on which a smaller plan can be bought; None while the end is unknown."""
    if main is None or main.term.ends_on is None:
        return None
    return corrected_policy(main.term.kind, profile).downgrade_from(main.term.ends_on)
