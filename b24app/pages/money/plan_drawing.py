"""Cards, tables and bars of the page of plan and money, made from its sums."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from b24app.plans.advice import FIT_TITLES, AdviceRow, Fit, PlanAdvice
from b24app.plans.plan_catalogue import LIMITS, PlanTable
from b24app.plans.prices import LAYERS, BudgetMonth, YearOfMoney
from b24app.plans.usage import MEASURES
from b24app.terms.sources import Claim, Fact, Source, name_source
from b24app.text.formats import day_long, money, month_short, number, percent

if TYPE_CHECKING:
    from b24app.pages.money.plan_page import Money

LEVELS = {Fit.TOO_SMALL: "fail", Fit.RECOMMENDED: "pass", Fit.FITS: "pass", Fit.LARGER: "na"}
KINDS = {"H": "person", "V": "portal", "A": "document"}


def draw_cards(money_: "Money") -> list[dict[str, Any]]:
    """One card a plan: verdict, price, limits against use, one sentence."""
    return [_card(item, money_) for item in money_.advice]


def _card(item: PlanAdvice, money_: "Money") -> dict[str, Any]:
    price = item.plan.price
    name = gettext(item.plan.title)
    seats = item.plan.limit("users")
    return {
        "code": item.plan.code,
        "name": f"{name} {number(seats)}" if item.plan.oversize and seats else name,
        "level": LEVELS[item.fit],
        "word": gettext(FIT_TITLES[item.fit]),
        "shape": "minus-circle" if item.fit == Fit.LARGER else "",
        "best": item.fit == Fit.RECOMMENDED,
        "current": item.current,
        "price": money(price, money_.table.currency) if price is not None else gettext("price unknown"),
        "per": gettext("a month") if price is not None else "",
        "estimate": estimate_of(item.plan.fact("price").used, money_.table.sources),
        "limits": [_limit(row) for row in item.rows] + _orders(item),
        "text": _sentence(item, money_),
    }


def _limit(row: AdviceRow) -> dict[str, Any]:
    name = gettext(MEASURES[row.code])
    if row.has is not None or (row.limit is None and row.code not in LIMITS):
        word = {True: gettext("yes"), False: gettext("no"), None: gettext("unknown")}[row.has]
        return {"name": name, "value": word, "share": "", "over": row.blocks}
    if row.limit is None:
        return {"name": name, "value": number(row.used), "share": None, "over": False}
    value = gettext("%(used)s of %(limit)s", used=number(row.used), limit=number(row.limit))
    share = min(float(row.used or 0) / row.limit, 1) if row.limit else 1
    return {"name": name, "value": value, "share": share, "over": row.blocks}


def _orders(item: PlanAdvice) -> list[dict[str, Any]]:
    low, high = item.plan.orders_from, item.plan.orders_to
    if low and high:
        text = f"{number(low)}–{number(high)}*"
    elif high:
        text = gettext("up to %(count)s a month*", count=number(high))
    elif low:
        text = gettext("from %(count)s*", count=number(low))
    else:
        return []
    return [{"name": gettext("Orders"), "value": text, "share": "", "over": False}]


def _sentence(item: PlanAdvice, money_: "Money") -> str:
    if item.locked_out:
        return gettext("Employees who could not sign in: %(count)s", count=number(item.locked_out))
    if item.current:
        full = money_.usage.seats_full_on
        if full is None:
            return gettext("Your plan now.")
        return gettext(
            "Your plan now. Seats last until %(month)s %(year)s.", month=month_short(full), year=full.year
        )
    if item.seats_percent is not None:
        return gettext("Seats in use now: %(share)s", share=percent(item.seats_percent))
    return ""


def draw_prices(money_: "Money", today: date) -> list[dict[str, Any]]:
    """Every plan's price: what the sum uses, what another source says, and whether they agree."""
    rows = []
    for item in money_.advice:
        fact = item.plan.fact("price")
        used = fact.used
        other = next((claim for claim in reversed(fact.known) if claim is not used), None)
        rows.append(
            {
                "code": item.plan.code,
                "name": gettext(item.plan.title)
                + (f" {item.plan.limit('users')}" if item.plan.oversize else ""),
                "used": money(_decimal(used), money_.table.currency) if used else gettext("unknown"),
                "used_source": source_of(used, money_.table.sources) if used else "",
                "used_kind": KINDS.get(used.grade, "document") if used else "stale",
                "other": money(_decimal(other), money_.table.currency) if other else "",
                "estimate": estimate_of(used, money_.table.sources),
                "other_estimate": estimate_of(other, money_.table.sources),
                "other_source": source_of(other, money_.table.sources) if other else "",
                "differ": fact.differ,
                "old": bool(used and used.is_stale(today)),
                "undated": bool(used and used.checked is None),
            }
        )
    return rows


def draw_limits(money_: "Money", today: date) -> list[dict[str, Any]]:
    """Every stated limit of the present plan with its source; unknown ones say so."""
    plan = money_.usage.plan
    if plan is None:
        return []
    return [_limit_row(code, plan.fact(code), money_.table, today) for code in LIMITS]


def _limit_row(code: str, fact: Fact, table: PlanTable, today: date) -> dict[str, Any]:
    used = fact.used
    return {
        "name": gettext(MEASURES[code]),
        "value": number(used.number) if used and used.number is not None else gettext("no source states it"),
        "source": source_of(used, table.sources) if used else "",
        "kind": KINDS.get(used.grade, "document") if used else "stale",
        "old": bool(used and used.is_stale(today)),
    }


def source_of(claim: Claim, sources: Mapping[str, Source]) -> str:
    """«Who says it, and when it was checked»."""
    if claim.grade == "H":
        title = claim.note
    else:
        source = sources.get(claim.source)
        title = name_source(source) if source else claim.source
    if claim.checked is None:
        return gettext("%(source)s, no date", source=title)
    return f"{title}, {day_long(claim.checked)}"


def estimate_of(claim: Claim | None, sources: Mapping[str, Source]) -> str:
    """What stands behind the mark «estimate» beside a number; empty for a number that somebody confirmed."""
    return source_of(claim, sources) if claim is not None and claim.is_estimate else ""


def _decimal(claim: Claim | None) -> Decimal | None:
    return Decimal(str(claim.value)) if claim and claim.value is not None else None


def budget_estimates(year: YearOfMoney, table: PlanTable) -> dict[str, str]:
    """By layer of the budget, and for all of it, what stands behind the mark «estimate»; nothing where no mark is due."""
    plans = [plan for plan in (year.plan, year.next_plan) if plan is not None]
    told = dict.fromkeys(estimate_of(plan.fact("price").used, table.sources) for plan in plans)
    text = "; ".join(part for part in told if part)
    sums = {"base": ("base",), "step": ("step",), "reserve": ("reserve",), "total": LAYERS}
    return {name: text for name, layers in sums.items() if year.is_estimate(*layers)}


def draw_budget(year: YearOfMoney, by: str) -> dict[str, Any]:
    """Bars by month or quarter, their scale, and the month from which the seats run out."""
    quarters = by == "quarter"
    parts = year.budget.quarters() if quarters else year.budget.months
    top = max((part.total for part in parts), default=Decimal(1)) * Decimal("1.15") or Decimal(1)
    starts = year.budget.steps_from
    line = next((n for n, part in enumerate(parts) if starts and part.step), None)
    return {
        "by": "quarter" if quarters else "month",
        "bars": [_bar(part, number, quarters=quarters) for number, part in enumerate(parts, 1)],
        "top": float(top),
        "ticks": _ticks(top),
        "line_at": line,
    }


def _bar(part: BudgetMonth, place: int, *, quarters: bool) -> tuple[str, list[tuple[str, float]]]:
    name = gettext("Q%(number)s", number=place) if quarters else month_short(part.first_day)
    return name, [("main", float(part.base)), ("other", float(part.step)), ("reserve", float(part.reserve))]


def _ticks(top: Decimal) -> list[tuple[float, str]]:
    step = _nice(top / 3)
    return [(float(step * n), number(step * n / 1000)) for n in range(int(top / step) + 1)]


def _nice(value: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, not above the value."""
    power = Decimal(10) ** max(value.adjusted(), 0)
    return max((power * k for k in _round_steps() if power * k <= value), default=Decimal(1))


def _round_steps() -> Iterable[Decimal]:
    return Decimal(1), Decimal(2), Decimal(5)
