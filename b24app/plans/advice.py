"""Advice on plans, which one fits: by seats, disk, functions in use and the article's size of shop. Pure."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from b24app.plans.plan_catalogue import SIZES, Plan, PlanTable
from b24app.text.messages import N_

LARGER_BELOW_PERCENT = 25
HARD_LIMITS = ("users", "disk_gb", "pipelines", "smart_processes", "sites", "administrators")
NEEDED_FEATURES = {
    "business_processes": "business_processes",
    "bi_reports": "bi_builder",
    "own_domain": "own_domain",
}


class Fit(StrEnum):
    """How a plan fits the shop."""

    TOO_SMALL = "too_small"
    RECOMMENDED = "recommended"
    FITS = "fits"
    LARGER = "larger"


FIT_TITLES = {
    Fit.TOO_SMALL: N_("Will not fit"),
    Fit.RECOMMENDED: N_("We advise"),
    Fit.FITS: N_("Will fit"),
    Fit.LARGER: N_("More than needed"),
}


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One line of a plan card: use against the limit, or a function that is needed."""

    code: str
    used: Decimal | None
    limit: int | None
    has: bool | None = None
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class PlanAdvice:
    """One plan with its verdict and the lines that led to it."""

    plan: Plan
    fit: Fit
    current: bool
    rows: tuple[AdviceRow, ...]
    locked_out: int
    seats_percent: int | None
    orders_fit: bool


Need = Mapping[str, Decimal]


def plan_rows(need: Need, plan: Plan) -> tuple[AdviceRow, ...]:
    """Every known measure against what the plan allows; unknown limits never block."""
    rows = [_limit_row(code, need[code], plan) for code in HARD_LIMITS if code in need]
    for measure, feature in NEEDED_FEATURES.items():
        if need.get(measure):
            has = plan.has(feature)
            rows.append(AdviceRow(measure, need[measure], None, has, blocks=has is False))
    return tuple(rows)


def _limit_row(code: str, used: Decimal, plan: Plan) -> AdviceRow:
    limit = plan.limit(code)
    return AdviceRow(code, used, limit, blocks=limit is not None and used > limit)


def advise(need: Need, table: PlanTable, current: Plan | None) -> tuple[PlanAdvice, ...]:
    """The paid plans from small to large, at most one of them recommended.

    The article's sizes (100 and 1000 orders a month) guide the choice; only stated limits forbid a plan.
    """
    plans = _candidates(need, table, current)
    chosen = _choose(need, plans)
    return tuple(_judge(need, plan, chosen, current) for plan in plans)


def unadvised(advice: PlanAdvice) -> PlanAdvice:
    """The plans without a recommendation: nobody who holds an on-premise licence is sent to the cloud."""
    return replace(advice, fit=Fit.FITS) if advice.fit is Fit.RECOMMENDED else advice


def _candidates(need: Need, table: PlanTable, current: Plan | None) -> tuple[Plan, ...]:
    """Oversize plans are shown when one of them is held or needed."""
    offered = table.offered()
    big = sorted((p for p in table.plans.values() if p.oversize), key=lambda plan: plan.limit("users") or 0)
    wanted = [plan for plan in big if plan == current]
    if need.get("users", Decimal(0)) > (offered[-1].limit("users") or 0):
        wanted += [plan for plan in big if plan != current and (plan.limit("users") or 0) >= need["users"]][
            :1
        ]
    return (*offered, *sorted(wanted, key=lambda plan: plan.limit("users") or 0))


def _choose(need: Need, plans: Iterable[Plan]) -> Plan | None:
    possible = [plan for plan in plans if not any(row.blocks for row in plan_rows(need, plan))]
    suited = [plan for plan in possible if _orders_fit(need, plan)]
    return next(iter(suited or possible), None)


def _orders_fit(need: Need, plan: Plan) -> bool:
    orders = need.get("orders")
    return orders is None or plan.orders_to is None or orders <= plan.orders_to


def suited(orders: Decimal, table: PlanTable) -> tuple[Plan, ...]:
    """The plans that are advised for a shop of this many orders a month, from small to large: the article's comparison."""
    return tuple(
        plan
        for plan in table.offered()
        if (plan.limit("orders_from") or 0) <= orders and _orders_fit({"orders": orders}, plan)
    )


@dataclass(frozen=True, slots=True)
class ShopSize:
    """A size of shop in orders a month (None: open on that side) and the plans that are advised for it."""

    low: int | None
    high: int | None
    plans: tuple[Plan, ...]


def shop_sizes(table: PlanTable) -> tuple[ShopSize, ...]:
    """All sizes of shop that the plans distinguish, from small to large."""
    found = {plan.limit(code) for plan in table.offered() for code in SIZES}
    edges = sorted(edge for edge in found if edge is not None)
    spans = itertools.pairwise((None, *edges, None)) if edges else ()
    return tuple(ShopSize(low, high, suited(_middle(low, high), table)) for low, high in spans)


def _middle(low: int | None, high: int | None) -> Decimal:
    return Decimal((low or 0) + high) / 2 if high is not None else Decimal((low or 0) + 1)


def _judge(need: Need, plan: Plan, chosen: Plan | None, current: Plan | None) -> PlanAdvice:
    rows = plan_rows(need, plan)
    seats, users = plan.limit("users"), need.get("users")
    percent = int(users * 100 / seats) if users is not None and seats else None
    if any(row.blocks for row in rows):
        fit = Fit.TOO_SMALL
    elif plan == chosen:
        fit = Fit.RECOMMENDED
    else:
        larger = chosen is not None and plan.rank > chosen.rank and (percent or 100) < LARGER_BELOW_PERCENT
        fit = Fit.LARGER if larger else Fit.FITS
    return PlanAdvice(
        plan=plan,
        fit=fit,
        current=plan == current,
        rows=rows,
        locked_out=locked_out(need, plan),
        seats_percent=percent,
        orders_fit=_orders_fit(need, plan),
    )


def locked_out(need: Need, plan: Plan) -> int:
    """How many people could not log in; the administrator is counted like anyone.

    Source: helpdesk.bitrix24.com/open/18397244: the first N who log in get in, the rest are refused.
    """
    seats = plan.limit("users")
    return 0 if seats is None else max(0, int(need.get("users", Decimal(0))) - seats)
