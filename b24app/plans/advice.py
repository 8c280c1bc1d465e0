"""Which plan fits: by seats, disk, functions in use and the article's size of shop; what a move up or down changes. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from b24app.plans.plan_catalogue import FREE, Plan, PlanTable
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
class Impact:
    """One consequence of changing the plan; `level` is fail, warn, unknown or pass."""

    code: str
    level: str
    message: str
    values: Mapping[str, Decimal | int | str]


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
    """Every measure that is known, against what the plan allows; unknown limits never block."""
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
    """The same without a recommendation: nobody who holds an on-premise licence is sent to the cloud."""
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


def impacts(need: Need, source: Plan, target: Plan, owners: int = 0) -> tuple[Impact, ...]:
    """The consequences of moving, the worst first; `owners` is how many people hold integrations."""
    if target.rank > source.rank or (target.limit("users") or 0) > (source.limit("users") or 0):
        return _upward(source, target)
    found = [line for part in _PARTS for line in part(need, source, target)]
    if owners and locked_out(need, target):
        found.append(
            Impact(
                "owners",
                "warn",
                N_("People who own integrations may be locked out: %(count)s"),
                {"count": owners},
            )
        )
    weight = {"fail": 0, "warn": 1, "unknown": 2, "pass": 3}
    return tuple(sorted(found, key=lambda line: weight[line.level]))


def _upward(source: Plan, target: Plan) -> tuple[Impact, ...]:
    lines = [
        Impact("data_stays", "pass", N_("All data stays, new functions work at once."), {}),
        Impact("unused_time", "unknown", N_("Unused days are credited differently: ask before paying."), {}),
    ]
    faster, now = target.limit("rest_per_second"), source.limit("rest_per_second")
    if faster and now and faster > now:
        lines.append(
            Impact("faster", "pass", N_("Integrations may ask the portal more often."), {"count": faster})
        )
    return tuple(lines)


def _people(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    if count := locked_out(need, target):
        yield Impact(
            "locked_out",
            "fail",
            N_(
                "Employees who cannot log in: %(count)s. The first %(seats)s get in, and an administrator may not be one."
            ),
            {"count": count, "seats": target.limit("users") or 0},
        )


def _reports(need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("bi_builder") is not False and target.has("bi_builder") is False:
        count = int(need.get("bi_reports", Decimal(0)))
        text = N_("BI Builder reports are deleted for good: %(count)s. Export them first.")
        if count:
            yield Impact("bi_destroyed", "fail", text, {"count": count})
        else:
            text = N_("BI Builder must be switched off; its reports are deleted for good.")
            yield Impact("bi_destroyed", "warn", text, {})


def _processes(need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("business_processes") is not False and target.has("business_processes") is False:
        count = int(need.get("business_processes", Decimal(0)))
        level = "fail" if count else "warn"
        yield Impact(
            "processes_stop", level, N_("Business processes that stop: %(count)s."), {"count": count}
        )
    if source.has("robots") is not False and target.has("robots") is False:
        yield Impact("robots_stop", "fail", N_("Robots stop firing; their settings stay."), {})


def _disk(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    limit, used = target.limit("disk_gb"), need.get("disk_gb")
    if limit is not None and used is not None and used > limit:
        text = N_("Disk to be freed: %(count)s GB. New files will not upload, old ones stay.")
        yield Impact("disk", "warn", text, {"count": used - limit})


def _counted(need: Need, _source: Plan, target: Plan) -> Iterator[Impact]:
    texts = {
        "pipelines": N_("Pipelines to be deleted by hand before the move: %(count)s."),
        "administrators": N_("Administrators above the limit: %(count)s."),
        "smart_processes": N_("Smart processes above the limit: %(count)s."),
        "sites": N_("Sites above the limit: %(count)s."),
    }
    unknown = N_("The limit of the plan is not stated anywhere: run the plan compatibility scanner.")
    for code, text in texts.items():
        used, limit = need.get(code), target.limit(code)
        if used and limit is None:
            yield Impact(f"{code}_unknown", "unknown", unknown, {"what": code, "count": used})
        elif used and limit is not None and used > limit:
            yield Impact(code, "fail", text, {"count": used - limit})


def _features(_need: Need, source: Plan, target: Plan) -> Iterator[Impact]:
    if source.has("own_domain") and target.has("own_domain") is False:
        yield Impact("own_domain", "warn", N_("Your own domain must be detached first."), {})
    if source.has("auth_connector") and target.has("auth_connector") is False:
        text = N_("Integrations lose the safe exchange queue with marking of the source.")
        yield Impact("auth_connector", "warn", text, {})
    slower, now = target.limit("rest_bucket"), source.limit("rest_bucket")
    if slower and now and slower < now:
        text = N_(
            "Integrations must ask the portal less often: %(count)s requests at once instead of %(before)s."
        )
        yield Impact("slower", "warn", text, {"count": slower, "before": now})
    if target.code == FREE:
        text = N_("Applications, webhooks and the exchange with the site stop.")
        yield Impact("rest_stops", "fail", text, {})


_PARTS: tuple[Callable[[Need, Plan, Plan], Iterator[Impact]], ...] = (
    _people,
    _reports,
    _processes,
    _disk,
    _counted,
    _features,
)
