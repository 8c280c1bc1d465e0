"""By which working day somebody must act for a client's term, and why. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from b24app.renewal.case import Situation
from b24app.renewal.step_parts import NextStep
from b24app.terms.working_days import BankCalendar


class ActReason(StrEnum):
    """Why somebody must act, the most costly reason first; the value is stored."""

    BROKE = "broke"
    PAY = "pay"
    DATE = "date"
    FINISH = "finish"


REASONS = {
    "confirm_date": ActReason.DATE,
    "new_date": ActReason.DATE,
    "activate": ActReason.FINISH,
    "asked_activation": ActReason.FINISH,
    "verify": ActReason.FINISH,
}
"""Of every other step the reason is the payment."""

NOTHING_TO_DO = frozenset({"given_up"})
AT_ONCE = frozenset({"rescue", "new_date", "verify", "asked_pay", "asked_activation", "asked_invoice"})
"""Steps that are late already, or whose answer is known to a person alone."""


@dataclass(frozen=True, slots=True)
class Act:
    """The day, why, and the code of the next step; empty where there is nothing to do."""

    on: date | None = None
    reason: str = ""
    step: str = ""


def act_without_term(calendar: BankCalendar, today: date) -> Act:
    """Ask for the end in this week, as nobody has written it down."""
    return Act(last_open_of_week(calendar, today), ActReason.DATE, "confirm_date")


def act_for(s: Situation, step: NextStep) -> Act:
    """What a situation requires of people next, by the step that the client's own page shows."""
    if step.code in NOTHING_TO_DO:
        return Act(step=step.code)
    reason = REASONS.get(step.code, ActReason.PAY)
    return Act(nearest_open(s.calendar, _day(s, step), s.today), reason, step.code)


def _day(s: Situation, step: NextStep) -> date:
    if step.code in AT_ONCE:
        return s.today
    if step.code == "confirm_date":
        return s.plan.prepare_by if s.plan else last_open_of_week(s.calendar, s.today)
    if step.code == "prepare" and s.plan is not None:
        return s.plan.order_by or s.plan.pay_by
    return step.by or s.today


def nearest_open(calendar: BankCalendar, day: date, today: date) -> date:
    """The last working day that is not after this one; never before today, and then the first on which anybody works."""
    found = max(calendar.open_or_before(day), today)
    return found if calendar.is_open(found) else calendar.after(found, 1)


def last_open_of_week(calendar: BankCalendar, today: date) -> date:
    """The last working day of the week of today; the first one after it where none is left."""
    sunday = date.fromordinal(today.toordinal() + 7 - today.isoweekday())
    return nearest_open(calendar, sunday, today)
