"""The row of whole weeks from this one on, and the days of a renewal marked in it. Pure: sentences before translation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Stage, day_of
from b24app.terms.payment_advice import WayCode
from b24app.terms.payment_plan import PaymentPlan, send_on
from b24app.terms.policy import State
from b24app.terms.term import TermKind
from b24app.terms.working_days import DayKind, span
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

WEEK = 7
FEW_DAYS_LEFT = 14
MANY_WEEKS, FEW_WEEKS = 7, 4
OVER = (State.LAPSED, State.LOCKED)


class MarkKind(StrEnum):
    """The kinds of marks; the first of them gives the colour where two are on one day."""

    PAID = "paid"
    PAY = "pay"
    INVOICE = "invoice"
    SPARE = "spare"
    END = "end"
    GRACE = "grace"
    BANK = "bank"


class MarkWording(StrEnum):
    """How a day and its name make a title."""

    BY = N_("%(name)s by %(day)s")
    ON = N_("%(name)s on %(day)s")
    IS = N_("%(day)s: %(name)s")


@dataclass(frozen=True, slots=True)
class DayMark:
    """One marked day: its name, and what follows from it."""

    kind: MarkKind
    day: date
    name: Sentence
    text: Sentence = NOTHING
    wording: MarkWording = MarkWording.IS

    @property
    def title(self) -> Sentence:
        """The name with its day."""
        return sentence(self.wording.value, name=self.name, day=self.day)


@dataclass(frozen=True, slots=True)
class RibbonDay:
    """One cell: whether banks work on it, and its mark."""

    day: date
    kind: DayKind
    mark: MarkKind | None
    today: bool
    past: bool


@dataclass(frozen=True, slots=True)
class DaysRibbon:
    """Whole weeks from this week's Monday with the marks on them; `outside` are the days before or after.

    Without `days` every mark is farther away, and the marks are shown as a list.
    """

    title: Sentence
    days: tuple[RibbonDay, ...]
    marks: tuple[DayMark, ...]
    outside: tuple[DayMark, ...]
    grace: tuple[date, date] | None
    moving: tuple[date, date] | None

    @property
    def weeks(self) -> int:
        """How many weeks are shown."""
        return len(self.days) // WEEK

    def at(self, day: date) -> float:
        """The middle of a day's cell, in per cent of the row."""
        return ((day - self.days[0].day).days + 0.5) * 100 / len(self.days)

    def holds(self, day: date) -> bool:
        """Whether a day has a cell."""
        return bool(self.days) and self.days[0].day <= day <= self.days[-1].day


def draw_ribbon(s: Situation) -> DaysRibbon | None:
    """The ribbon of a situation; None where no day is waited for: the end is unknown, in doubt, or long over."""
    if s.plan is None or s.state in OVER:
        return None
    marks = _merged(_marks(s, s.plan))
    weeks = MANY_WEEKS if s.days_left > FEW_DAYS_LEFT else FEW_WEEKS
    start = s.today - timedelta(days=s.today.weekday())
    end = start + timedelta(days=weeks * WEEK - 1)
    inside = tuple(mark for mark in marks if start <= mark.day <= end)
    kinds = {mark.day: mark.kind for mark in inside}
    days = span(start, end) if inside else ()
    grace = s.plan.grace_ends if s.policy.grace_days else None
    return DaysRibbon(
        title=_title(s),
        days=tuple(_cell(s, day, kinds.get(day)) for day in days),
        marks=inside,
        outside=tuple(mark for mark in marks if mark not in inside),
        grace=(s.plan.conditions.ends_on, grace) if grace else None,
        moving=_moving(s, s.plan),
    )


def _title(s: Situation) -> Sentence:
    if _is_paid(s):
        return sentence(N_("Days until the activation"))
    return sentence(N_("Grace days") if s.state is State.GRACE else N_("Days until the payment"))


def _is_paid(s: Situation) -> bool:
    """Whether the renewal of this end is paid; after the activation the marks are those of the one before."""
    return s.paid and s.state is not State.ACTIVE_AGAIN


def _cell(s: Situation, day: date, mark: MarkKind | None) -> RibbonDay:
    kind = s.calendar.kind(day)
    if kind is DayKind.WEEKEND and s.calendar.closed_spans(day, day):
        kind = DayKind.HOLIDAY  # a weekend in the middle of holidays is a part of them
    return RibbonDay(day, kind, mark, today=day == s.today, past=day < s.today)


def _moving(s: Situation, plan: PaymentPlan) -> tuple[date, date] | None:
    """From the invoice or the payment to the end of the term: while the money is under way."""
    if _is_paid(s):
        paid_on = day_of(s.marks, Stage.PAID)
        return (paid_on, plan.conditions.ends_on) if paid_on and paid_on < plan.conditions.ends_on else None
    way = s.advice.transfer if s.advice else None
    if way is None or not way.in_time:
        return None
    first = plan.order_by if _orders(s) and plan.order_by else way.by
    return (first, plan.conditions.ends_on)


def _merged(marks: Iterable[DayMark]) -> tuple[DayMark, ...]:
    """One mark a day: the day keeps its own name, what is to be done on it is written below, in its colour."""
    by_day: dict[date, list[DayMark]] = {}
    for mark in marks:
        by_day.setdefault(mark.day, []).append(mark)
    return tuple(_one(found) for _day, found in sorted(by_day.items()))


def _one(marks: list[DayMark]) -> DayMark:
    by_kind = sorted(marks, key=lambda one: list(MarkKind).index(one.kind))
    first, last = by_kind[0], by_kind[-1]
    return first if first is last else DayMark(first.kind, first.day, last.name, first.title, last.wording)


def _marks(s: Situation, plan: PaymentPlan) -> Iterator[DayMark]:
    if _is_paid(s):
        yield from _paid(s, plan)
    else:
        yield from _to_do(s, plan)
        yield _end(s, plan)
    if s.policy.grace_days:
        yield _grace_end(s, plan)


def _orders(s: Situation) -> bool:
    """Whether the invoice is still to be asked for, with enough days for its approval."""
    way = s.advice.of(WayCode.INVOICE) if s.advice else None
    return way is not None and way.in_time and not s.ordered


def _to_do(s: Situation, plan: PaymentPlan) -> Iterator[DayMark]:
    """The days to act that have not passed."""
    advice = s.advice
    if advice is None:
        return
    if _orders(s) and plan.order_by and plan.order_by >= s.today:
        yield _invoice(plan, plan.order_by)
    if (way := advice.transfer) is not None:
        yield _pay(way.by, way.arrives_on) if way.in_time else _spare(way.by, way.arrives_on)
    elif not s.invoice and advice.card and advice.card.by < plan.conditions.ends_on:
        yield _pay_by_card(advice.card.by, plan.conditions.reserve_days)
    if s.state is State.GRACE and advice.transfer is None:
        yield from _bank(s, plan)


def _invoice(plan: PaymentPlan, day: date) -> DayMark:
    days = plan.conditions.approval_days
    text = NN_("then %(count)s working day for approval", "then %(count)s working days for approval")
    below = sentence(text, count=days) if days else NOTHING
    return DayMark(MarkKind.INVOICE, day, sentence(N_("Invoice")), below, MarkWording.BY)


def _pay(day: date, arrives: date) -> DayMark:
    text = sentence(N_("the money arrives on %(day)s"), day=arrives)
    return DayMark(MarkKind.PAY, day, sentence(N_("Payment")), text, MarkWording.BY)


def _pay_by_card(day: date, reserve: int) -> DayMark:
    text = NN_("then %(count)s working day in reserve", "then %(count)s working days in reserve")
    below = sentence(text, count=reserve) if reserve else sentence(N_("a card pays at once"))
    return DayMark(MarkKind.PAY, day, sentence(N_("Payment")), below, MarkWording.BY)


def _spare(day: date, arrives: date) -> DayMark:
    text = sentence(N_("works from %(day)s, within the grace days"), day=arrives)
    return DayMark(MarkKind.SPARE, day, sentence(N_("spare day for a transfer")), text)


def _bank(s: Situation, plan: PaymentPlan) -> Iterator[DayMark]:
    """When banks are closed over the end of the grace: the day on which they open, too late for what is sent."""
    if not s.calendar.is_open(plan.grace_ends):
        opens = s.calendar.after(plan.grace_ends, 1)
        text = sentence(N_("transfers do not help any more"))
        yield DayMark(MarkKind.BANK, opens, sentence(N_("banks open")), text)


def _end(s: Situation, plan: PaymentPlan) -> DayMark:
    ends_on, is_plan = plan.conditions.ends_on, s.term.kind == TermKind.PLAN
    name = sentence(N_("end of the plan") if is_plan else N_("end of the term"))
    if _is_last_for_card(s, ends_on):
        return DayMark(MarkKind.PAY, ends_on, name, sentence(N_("the last day for a card")))
    text = N_("grace days follow") if s.policy.grace_days else N_("the last paid day")
    return DayMark(MarkKind.END, ends_on, name, sentence(text))


def _is_last_for_card(s: Situation, ends_on: date) -> bool:
    """Whether only a card still pays before the end, and until the end."""
    advice = s.advice
    if advice is None or advice.card is None or advice.card.by != ends_on:
        return False
    return advice.transfer is None or not advice.transfer.in_time


def _grace_end(s: Situation, plan: PaymentPlan) -> DayMark:
    day, promised, is_plan = plan.grace_ends, plan.promised_ends, s.term.kind == TermKind.PLAN
    if _is_paid(s):
        return DayMark(MarkKind.GRACE, day, sentence(N_("the last day")), sentence(N_("of the grace days")))
    text = sentence(N_("the free plan follows") if is_plan else N_("what is paid for stops after it"))
    if s.state is State.GRACE and promised > day:
        text = vendor_says(promised)
    return DayMark(MarkKind.GRACE, day, sentence(N_("the last grace day")), text)


def vendor_says(promised: date) -> Sentence:
    """What the vendor calls the last day, where fewer days are counted."""
    return sentence(N_("Bitrix24 names %(day)s, we count stricter"), day=promised)


def _paid(s: Situation, plan: PaymentPlan) -> Iterator[DayMark]:
    """After the payment: when the money is there, and when the old term is over."""
    ends_on, paid_on = plan.conditions.ends_on, day_of(s.marks, Stage.PAID)
    arrives = send_on(paid_on, plan.conditions, s.calendar).arrives_on if paid_on and s.invoice else None
    if paid_on is not None:
        way = sentence(N_("by transfer") if s.invoice else N_("by card"))
        yield DayMark(MarkKind.PAID, paid_on, sentence(N_("Paid")), way, MarkWording.ON)
    if arrives == ends_on:
        yield DayMark(
            MarkKind.END, ends_on, sentence(N_("the money arrives")), sentence(N_("end of the old term"))
        )
        return
    if arrives is not None and arrives >= s.today:
        text = N_("then the plan is extended") if arrives < ends_on else N_("the new term begins")
        yield DayMark(MarkKind.PAY, arrives, sentence(N_("the money arrives")), sentence(text))
    after = N_("the new term follows") if arrives is None or arrives < ends_on else N_("grace days follow")
    yield DayMark(MarkKind.END, ends_on, sentence(N_("end of the old term")), sentence(after))
