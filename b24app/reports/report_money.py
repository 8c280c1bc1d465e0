"""The money of the report: a year's budget by its layers, each sum with its currency, VAT, and the mark of an estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from b24app.plans.prices import LAYERS, BudgetMonth, YearOfMoney
from b24app.renewal.plan_money import Money
from b24app.sources import Source
from b24app.text.formats import money as sum_text
from b24app.text.messages import N_
from b24app.web.money_words import plan_name, source_of, vat_text

LAYER_TITLES = {
    "base": N_("The plan"),
    "others": N_("Other terms"),
    "step": N_("Move up"),
    "reserve": N_("Reserve"),
    "total": N_("Total"),
}


@dataclass(frozen=True, slots=True)
class ReportMoney:
    """A year's budget with the currency of its sums and the sources of its prices."""

    year: YearOfMoney
    currency: str
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class SumLine:
    """One sum of the year in words: `text` carries the currency and the mark, `source` is the source of its price."""

    code: str
    title: str
    amount: Decimal
    estimate: bool
    text: str
    source: str


def money_of(money: Money) -> ReportMoney | None:
    """What the report keeps of plan and money; None until a person wrote the price in."""
    return ReportMoney(money.year, money.table.currency, money.table.sources) if money.year else None


def money_title(found: ReportMoney) -> str:
    """The heading: which plan, which year."""
    plans = [plan for plan in (found.year.plan, found.year.next_plan) if plan is not None]
    return gettext(
        "%(plan)s, budget for %(year)s", plan=" → ".join(map(plan_name, plans)), year=found.year.year
    )


def money_vat(found: ReportMoney) -> str:
    """Whether VAT is in these sums, as far as it is known."""
    return vat_text(found.year)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the year: its layers, their total, and the total in words with currency and mark."""

    first_day: date
    base: Decimal
    others: Decimal
    step: Decimal
    reserve: Decimal
    total: Decimal
    estimate: bool
    text: str


def money_months(found: ReportMoney | None) -> list[MonthLine]:
    """The year month by month."""
    return [_month(found, part) for part in found.year.budget.months] if found else []


def _month(found: ReportMoney, part: BudgetMonth) -> MonthLine:
    guess, text = found.year.is_estimate(month=part), sum_text(part.total, found.currency)
    marked = f"{text} ({gettext('estimate')})" if guess else text
    return MonthLine(
        part.first_day, part.base, part.others, part.step, part.reserve, part.total, guess, marked
    )


def money_lines(found: ReportMoney | None) -> list[SumLine]:
    """Every layer that costs something, and their total."""
    if found is None:
        return []
    budget = found.year.budget
    lines = [_line(found, layer, (layer,)) for layer in LAYERS if layer == "base" or getattr(budget, layer)]
    return [*lines, _line(found, "total", LAYERS)]


def _line(found: ReportMoney, code: str, layers: tuple[str, ...]) -> SumLine:
    amount, guess = getattr(found.year.budget, code), found.year.is_estimate(*layers)
    text = sum_text(amount, found.currency)
    moved = code in ("step", "reserve", "total") and bool(found.year.budget.step)
    claims = (found.year.claim if code != "others" else None, found.year.next_claim if moved else None)
    sources = dict.fromkeys(source_of(claim, found.sources) for claim in claims if claim is not None)
    marked = f"{text} ({gettext('estimate')})" if guess else text
    return SumLine(code, gettext(LAYER_TITLES[code]), amount, guess, marked, "; ".join(sources))
