"""«12 months»: how many clients have their last day to pay on each working day of a year, in numbers or in sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask import request

from b24app.integrators.board import PayDay, tally_year
from b24app.integrators.board_conditions import BoardConditions, BoardField, Condition
from b24app.integrators.board_query import BoardAt
from b24app.pages.clients.board_view import url_of
from b24app.pages.clients.client_words import short
from b24app.plans.usage import month_after
from b24app.terms.working_days import ONE_DAY, BankCalendar, open_calendar, span
from b24app.text.messages import N_, NN_, Sentence, sentence

MONTHS, DAYS = 12, 31
NEAR = timedelta(days=60)
APPROVAL = 3
STEPS = (9, 4, 2, 1)
"""From how many clients on a day is tinted more strongly."""

INVOICE_BY = N_("Invoice them by %(day)s.")
INVOICE_LATE = N_("Invoices had to be there by %(day)s.")
CLOSED_BY = N_("From %(first)s to %(last)s banks are closed. Invoice them by %(day)s.")
CLOSED_LATE = N_("From %(first)s to %(last)s banks are closed. Invoices had to be there by %(day)s.")

Found = Mapping[tuple[date, str], PayDay]


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One cell: `kind` is working, weekend, holiday or none; `heat` from 0 to 4."""

    day: date | None
    kind: str
    clients: int = 0
    amount: Decimal = Decimal(0)
    heat: int = 0
    url: str = ""
    title: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class HeatMonth:
    """One row of the table."""

    first: date
    days: tuple[HeatDay, ...]
    clients: int
    amount: Decimal
    estimate: bool
    unknown: bool


def year_values(at: BoardAt, conditions: BoardConditions) -> dict[str, object]:
    """What the view draws; sums only in the currency that most days have, others are listed apart."""
    found = tally_year(at, conditions)
    calendar = open_calendar()
    months = [month_after(at.today, number) for number in range(MONTHS)]
    worst = _worst(found, at.today)
    in_sums = request.args.get("sums") == "1"
    heat = _heat(found, conditions, calendar, at.today, in_sums=in_sums)
    return {
        "months": [heat.month(first) for first in months],
        "dated": sum(one.clients for one in found.values()),
        "worst": worst,
        "year_answer": _answer(worst, found),
        "year_lead": _lead(worst, calendar, at.today),
        "worst_url": url_of(conditions.plus(Condition(BoardField.PAY, worst.isoformat()))) if worst else "",
        "in_sums": in_sums,
        "sums_url": url_of(conditions, sums="1"),
        "clients_url": url_of(conditions),
        "currency": next(iter({currency for _, currency in found if currency}), ""),
        "mixed": len({currency for _, currency in found if currency}) > 1,
        "checked_on": calendar.checked_on,
    }


def _clients_on(found: Found, day: date) -> int:
    return sum(one.clients for (on, _), one in found.items() if on == day)


def _worst(found: Found, today: date) -> date | None:
    """The day of the next sixty with most clients, the earliest of equal ones."""
    near = {day for day, _ in found if day - today <= NEAR}
    return max(sorted(near), key=lambda day: _clients_on(found, day), default=None)


def _answer(worst: date | None, found: Found) -> Sentence:
    if worst is None:
        return sentence(N_("Nobody has to pay within sixty days"))
    if (count := _clients_on(found, worst)) == 1:
        return sentence(N_("The next last day to pay is %(day)s"), day=worst)
    return sentence(
        NN_("Most on %(day)s: %(count)s client has to pay", "Most on %(day)s: %(count)s clients have to pay"),
        day=worst, count=count,
    )  # fmt: skip


def _lead(worst: date | None, calendar: BankCalendar, today: date) -> Sentence:
    """By when the invoices of that day have, or had, to be there; which days banks are closed after it."""
    if worst is None:
        return sentence("")
    by = calendar.before(worst, APPROVAL)
    closed = calendar.closed_spans(worst + ONE_DAY, worst + timedelta(days=14))
    if not closed:
        return sentence(INVOICE_LATE if by < today else INVOICE_BY, day=by)
    first, last = closed[0]
    return sentence(CLOSED_LATE if by < today else CLOSED_BY, first=first, last=last, day=by)


@dataclass(frozen=True, slots=True)
class Heat:
    """What every cell is drawn from; `base` is the address of the view without a day."""

    by_day: Mapping[date, Sequence[PayDay]]
    base: str
    chosen: frozenset[str]
    calendar: BankCalendar
    today: date

    def month(self, first: date) -> HeatMonth:
        """One row."""
        days = tuple(span(first, month_after(first) - ONE_DAY))
        mine = [one for day in days for one in self.by_day.get(day, ())]
        blank = (HeatDay(None, "none"),) * (DAYS - len(days))
        return HeatMonth(
            first,
            (*map(self.day, days), *blank),
            sum(one.clients for one in mine),
            sum((one.amount for one in mine), Decimal(0)),
            any(one.estimates for one in mine),
            any(one.priced < one.clients for one in mine),
        )

    def day(self, day: date) -> HeatDay:
        """One cell: past working days are empty, others carry how many clients pay last on them."""
        mine, kind = self.by_day.get(day, ()), str(self.calendar.kind(day))
        count = sum(one.clients for one in mine)
        if not count or day < self.today:
            return HeatDay(day, kind)
        heat = len(STEPS) - next(number for number, least in enumerate(STEPS) if count >= least)
        amount, value = sum((one.amount for one in mine), Decimal(0)), day.isoformat()
        return HeatDay(
            day, kind, count, amount, heat, f"{self.base}&pay={value}", f"{short(day)}: {count}", current=value in self.chosen,
        )  # fmt: skip


def _heat(
    found: Found, conditions: BoardConditions, calendar: BankCalendar, today: date, *, in_sums: bool
) -> Heat:
    by_day: dict[date, list[PayDay]] = {}
    for (day, _), one in found.items():
        by_day.setdefault(day, []).append(one)
    dayless = conditions.with_view(conditions.view)
    base = url_of(dayless, sums="1") if in_sums else url_of(dayless)
    return Heat(by_day, base, frozenset(conditions.of(BoardField.PAY)), calendar, today)
