"""The year's budget as bars, what of it is an estimate, and how many days of downtime a year of the plan is worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from b24app.plans.plan_catalogue import PlanTable
from b24app.plans.prices import DAYS_OF_MONTH, LAYERS, BudgetMonth, Downtime, YearOfMoney
from b24app.plans.usage import month_after
from b24app.text.formats import number
from b24app.text.messages import N_, NN_, Sentence, sentence
from b24app.web.money_words import estimate_of

SUMS: Mapping[str, tuple[str, ...]] = {layer: (layer,) for layer in LAYERS} | {"total": LAYERS}
ROUND = (Decimal(5), Decimal(2), Decimal(1))
DAY_AND_A_HALF, TENTH = Decimal("1.5"), Decimal("0.1")


@dataclass(frozen=True, slots=True)
class BudgetChart:
    """The months as bars, the top and the ticks of their scale, the bar from which a bigger plan is paid, and the month when seats run out."""

    parts: tuple[BudgetMonth, ...]
    top: Decimal
    ticks: tuple[Decimal, ...]
    line_at: int | None
    full_in: date | None


def budget_chart(year: YearOfMoney) -> BudgetChart:
    """The year's budget as bars."""
    parts, starts = year.budget.months, year.budget.steps_from
    top = max((part.total for part in parts), default=Decimal(1)) * Decimal("1.15") or Decimal(1)
    line_at = next((n for n, part in enumerate(parts) if starts and part.step), None)
    return BudgetChart(parts, top, tuple(_ticks(top)), line_at, month_after(starts, -1) if starts else None)


def _ticks(top: Decimal) -> Iterator[Decimal]:
    """Steps of 1, 2 or 5 times a power of ten, about three of them."""
    third = top / 3
    power = Decimal(10) ** max(third.adjusted(), 0)
    step = next((power * k for k in ROUND if power * k <= third), Decimal(1))
    return (step * n for n in range(1, int(top / step) + 1))


def budget_estimates(year: YearOfMoney, table: PlanTable) -> dict[str, str]:
    """By layer of the budget, and for all of it, the source of the mark «estimate»; nothing where no mark is due."""
    text = estimate_of(year.next_claim, table.sources)
    return {name: text for name, layers in SUMS.items() if year.is_estimate(*layers)}


def downtime_title(lost: Downtime | None, year_price: Decimal | None) -> Sentence:
    """«A year of the plan is like a day and a half of downtime»; below one order a day nothing is compared."""
    if lost is None or year_price is None or not lost.per_day or lost.orders < DAYS_OF_MONTH:
        return sentence(N_("What a day of downtime costs"))
    days = (year_price / lost.per_day).quantize(TENTH, ROUND_HALF_UP)
    if days == DAY_AND_A_HALF:
        return sentence(N_("A year of the plan is like a day and a half of downtime"))
    if days < 1:
        hours = lost.hours_worth(year_price)
        text = NN_(
            "A year of the plan is like %(count)s hour of downtime",
            "A year of the plan is like %(count)s hours of downtime",
        )
        if hours == int(hours):
            return sentence(text, count=int(hours))
        return sentence(N_("A year of the plan is like %(part)s hours of downtime"), part=number(hours))
    if days == int(days):
        text = NN_(
            "A year of the plan is like %(count)s day of downtime",
            "A year of the plan is like %(count)s days of downtime",
        )
        return sentence(text, count=int(days))
    return sentence(N_("A year of the plan is like %(part)s days of downtime"), part=number(days))
