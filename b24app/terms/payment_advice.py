"""Which ways to pay still fit on a day, the best first: by invoice, by card, by a transfer within the grace. Pure.

Every page, letter and report that shows how to pay takes it from here, so that none offers what cannot happen any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from b24app.terms.payment_plan import PaymentPlan, TransferOutcome, send_on
from b24app.terms.working_days import BankCalendar

IN_TIME = (TransferOutcome.ON_TIME, TransferOutcome.NO_SPARE)


class WayCode(StrEnum):
    """How the money leaves: by an invoice with its approval, at once without waiting for the approval, or by card."""

    INVOICE = "invoice"
    TRANSFER = "transfer"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class PayingWay:
    """One way to pay that still fits: from which day, by which day, and when the money is there if it leaves on that last day."""

    code: WayCode
    since: date
    by: date
    arrives_on: date
    outcome: TransferOutcome

    @property
    def in_time(self) -> bool:
        """Whether it takes effect on or before the end."""
        return self.outcome in IN_TIME


@dataclass(frozen=True, slots=True)
class Advice:
    """The ways to pay that fit on a day, the best first; none when nothing takes effect before what is paid for stops."""

    ways: tuple[PayingWay, ...]
    in_order: bool

    @property
    def first(self) -> PayingWay | None:
        """What to do."""
        return self.ways[0] if self.ways else None

    def of(self, *codes: WayCode) -> PayingWay | None:
        """The best way to pay of some kinds, if one still fits."""
        return next((way for way in self.ways if way.code in codes), None)

    @property
    def transfer(self) -> PayingWay | None:
        """The money sent by a bank, if that still fits."""
        return self.of(WayCode.INVOICE, WayCode.TRANSFER)

    @property
    def card(self) -> PayingWay | None:
        """The payment by card, if that still fits."""
        return self.of(WayCode.CARD)


def advise(
    plan: PaymentPlan, calendar: BankCalendar, today: date, *, ordered: bool = False, card: bool = True
) -> Advice:
    """The ways to pay on a day. `ordered`: the invoice is asked for already, so that only the transfer has to fit.

    `in_order`: the way which was chosen still takes effect before the end. Nothing can be bought before the window opens.
    """
    start = max(today, plan.window_opens)
    approved = _approved(plan, calendar, today, ordered=ordered)
    by_bank = tuple(_by_bank(plan, calendar, start, approved)) if plan.conditions.invoice else ()
    by_card = _by_card(plan, start) if card or not plan.conditions.invoice else None
    ways = sorted((*by_bank, *((by_card,) if by_card else ())), key=_rank)
    chosen = WayCode.INVOICE if plan.conditions.invoice else WayCode.CARD
    return Advice(tuple(ways), any(way.code is chosen and way.in_time for way in ways))


def _rank(way: PayingWay) -> tuple[bool, int]:
    """What arrives before the end comes first; then the chosen way to pay, the card, and a transfer without the usual approval."""
    return (not way.in_time, (WayCode.INVOICE, WayCode.CARD, WayCode.TRANSFER).index(way.code))


def _by_card(plan: PaymentPlan, start: date) -> PayingWay | None:
    """A card pays on any day and at once; while there is time, a day is kept in reserve to repeat it."""
    ends_on = plan.conditions.ends_on
    reserve = (plan.pay_by,) if not plan.conditions.invoice else ()
    by = next((day for day in (*reserve, ends_on, plan.grace_ends) if start <= day), None)
    if by is None:
        return None
    outcome = TransferOutcome.IN_GRACE
    if by <= ends_on:
        outcome = TransferOutcome.ON_TIME if by < ends_on else TransferOutcome.NO_SPARE
    return PayingWay(WayCode.CARD, start, by, by, outcome)


def _approved(plan: PaymentPlan, calendar: BankCalendar, today: date, *, ordered: bool) -> date:
    """The day on which the payment can be approved; the approval may run before the renewal is on sale."""
    first = today if calendar.is_open(today) else calendar.after(today, 1)
    return calendar.after(first, 0 if ordered else plan.conditions.approval_days)


def _by_bank(plan: PaymentPlan, calendar: BankCalendar, start: date, approved: date) -> Iterator[PayingWay]:
    """The invoice with its approval before the end; else what leaves at once, before the end or within the grace."""
    first = start if calendar.is_open(start) else calendar.after(start, 1)
    if max(first, approved) <= plan.pay_by:
        yield _sent(plan, calendar, WayCode.INVOICE, first, plan.pay_by)
    elif first <= plan.pay_by:
        yield _sent(plan, calendar, WayCode.TRANSFER, first, plan.pay_by)
    elif first <= plan.last_chance_on:
        yield _sent(plan, calendar, WayCode.TRANSFER, first, plan.last_chance_on)


def _sent(plan: PaymentPlan, calendar: BankCalendar, code: WayCode, since: date, by: date) -> PayingWay:
    found = send_on(by, plan.conditions, calendar)
    return PayingWay(code, since, by, found.arrives_on, found.outcome)
