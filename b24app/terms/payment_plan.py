"""By which working day each step of paying must happen, and what follows when the money leaves later."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.terms.policy import grace_end
from b24app.terms.working_days import ONE_DAY, BankCalendar, DayKind, span

ROOM_FOR_LABELS = timedelta(days=10)  # the labels of the first marks stand to the left of them
FARTHEST_TODAY = timedelta(days=28)  # with more days than that their numbers run into each other


class TransferOutcome(StrEnum):
    """What happens when money is sent on a day."""

    ON_TIME = "on_time"
    NO_SPARE = "no_spare"
    IN_GRACE = "in_grace"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the sum starts from; `invoice` is false when a card pays at once."""

    ends_on: date
    window_days: int = 30
    grace_days: int = 14
    promised_grace_days: int = 15
    transfer_days: int = 3
    approval_days: int = 3
    activation_days: int = 0
    late_activation_days: int = 0
    invoice: bool = True

    @property
    def grace_ends(self) -> date:
        """The last day on which everything still works unpaid."""
        return grace_end(self.ends_on, self.grace_days)


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """The dates to act by; `transfer`, `approval` and `late_transfer` are the working days counted back, nearest first.

    `arrives_by` and `late_arrival` are the last working days on or before the end and the end of the grace: the days on
    which money can still arrive. `transfer` and `late_transfer` are counted back from them.
    """

    conditions: Conditions
    window_opens: date
    prepare_by: date
    invoice_by: date | None
    pay_by: date
    arrives_by: date
    arrives_on: date
    activation_on: date
    late_arrival: date
    grace_ends: date
    transfer: tuple[date, ...]
    approval: tuple[date, ...]
    late_transfer: tuple[date, ...]
    undecreed_years: tuple[int, ...]
    closed: tuple[tuple[date, date], ...]

    @property
    def last_chance_on(self) -> date:
        """The last working day on which sent money still renews inside the grace."""
        return self.late_transfer[-1] if self.late_transfer else self.late_arrival

    @property
    def promised_ends(self) -> date:
        """The end of the grace that the vendor promises; nobody counts with it."""
        return grace_end(self.conditions.ends_on, self.conditions.promised_grace_days)

    @property
    def first_step_by(self) -> date:
        """The day of the first thing that somebody else waits for."""
        return self.invoice_by or self.pay_by

    @property
    def prepare_before_window(self) -> bool:
        """The approval must start before the renewal can even be bought."""
        return self.first_step_by < self.window_opens


@dataclass(frozen=True, slots=True)
class Transfer:
    """What follows when the money is sent on a day; `spare` counts working days left to the end."""

    sent_on: date
    arrives_on: date
    outcome: TransferOutcome
    spare: int


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the ribbon and what falls on it."""

    day: date
    kind: DayKind
    marks: tuple[str, ...]


def plan_payment(conditions: Conditions, calendar: BankCalendar) -> PaymentPlan:
    """Count back from the last day on which money can arrive before the end, in working days.

    Rule of needs.md §6.2: pay by = the last bank day whose money arrives on or before the end; money arrives on bank
    days only, so from a closed end the count begins at the bank day before it; invoice by = pay by − approval days.
    """
    ends_on, grace_ends = conditions.ends_on, conditions.grace_ends
    arrives_by = calendar.open_or_before(ends_on)
    days = conditions.transfer_days + conditions.activation_days
    transfer = calendar.walked(arrives_by, days, -ONE_DAY)
    pay_by = transfer[-1] if transfer else arrives_by
    approval = calendar.walked(pay_by, conditions.approval_days, -ONE_DAY)
    acted_by = approval[-1] if approval else pay_by
    arrives_on = calendar.after(pay_by, conditions.transfer_days)
    late_arrival = calendar.open_or_before(grace_ends)
    late_days = conditions.transfer_days + conditions.late_activation_days
    return PaymentPlan(
        conditions=conditions,
        window_opens=ends_on - timedelta(days=conditions.window_days),
        prepare_by=calendar.before(acted_by, 1),
        invoice_by=acted_by if conditions.invoice else None,
        pay_by=pay_by,
        arrives_by=arrives_by,
        arrives_on=arrives_on,
        activation_on=calendar.after(arrives_on, conditions.activation_days),
        late_arrival=late_arrival,
        grace_ends=grace_ends,
        transfer=transfer,
        approval=approval,
        late_transfer=calendar.walked(late_arrival, late_days, -ONE_DAY),
        undecreed_years=calendar.undecreed_years(pay_by, grace_ends),
        closed=calendar.closed_spans(calendar.before(acted_by, 1), grace_ends),
    )


def send_on(day: date, conditions: Conditions, calendar: BankCalendar) -> Transfer:
    """What follows when the money is sent on this day; a closed day counts as the next open one."""
    start = day if calendar.is_open(day) else calendar.after(day, 1)
    arrives = calendar.after(start, conditions.transfer_days + conditions.activation_days)
    if arrives > conditions.ends_on:
        arrives = calendar.after(start, conditions.transfer_days + conditions.late_activation_days)
    spare = calendar.between(arrives, conditions.ends_on)
    in_grace = arrives <= conditions.grace_ends
    if arrives <= conditions.ends_on:
        outcome = TransferOutcome.ON_TIME if spare > 0 else TransferOutcome.NO_SPARE
    else:
        outcome = TransferOutcome.IN_GRACE if in_grace else TransferOutcome.LATE
    return Transfer(start, arrives, outcome, spare)


def later_rows(plan: PaymentPlan, calendar: BankCalendar) -> tuple[Transfer, ...]:
    """The telling days: invoice by, pay by, the last chance, and the working day after it."""
    after = calendar.after(plan.last_chance_on, 1)
    days = sorted({plan.first_step_by, plan.pay_by, plan.last_chance_on, after})
    return tuple(send_on(day, plan.conditions, calendar) for day in days)


def ribbon(plan: PaymentPlan, calendar: BankCalendar, today: date, margin: int = 10) -> tuple[DayCell, ...]:
    """Every day from a week before today or the preparation to a little after the grace; a far today is left out."""
    marks = _marks(plan, today)
    first = min(plan.prepare_by, plan.conditions.ends_on)
    first = min(today, first) if first - today <= FARTHEST_TODAY else first - ROOM_FOR_LABELS
    start = first - timedelta(days=first.weekday() or 7)
    end = plan.grace_ends + timedelta(days=margin)
    return tuple(
        DayCell(day, calendar.kind(day), tuple(name for name, on in marks if on == day))
        for day in span(start, end)
    )


def _marks(plan: PaymentPlan, today: date) -> tuple[tuple[str, date | None], ...]:
    return (
        ("today", today),
        ("prepare", plan.prepare_by),
        ("invoice", plan.invoice_by),
        ("pay", plan.pay_by),
        ("activation", plan.activation_on),
        ("end", plan.conditions.ends_on),
        ("last_chance", plan.last_chance_on),
        ("grace_ends", plan.grace_ends),
    )
