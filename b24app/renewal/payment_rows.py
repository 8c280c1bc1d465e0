"""The results of paying later, and which ways to pay are still in time, the best first. Pure: sentences before translation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from b24app.renewal.case import Situation
from b24app.renewal.headline import is_licence
from b24app.terms.payment_plan import PaymentPlan, Transfer, TransferOutcome, later_rows
from b24app.terms.policy import State
from b24app.terms.term import TermKind
from b24app.text.messages import N_, NN_, Sentence, sentence

AT_ONCE, LATER, UNKNOWN = "at_once", "later", "unknown"
GONE = (State.LAPSED, State.LOCKED)
OUTCOMES = {
    TransferOutcome.ON_TIME: ("pass", "", N_("Arrives in time")),
    TransferOutcome.NO_SPARE: ("warn", "clock", N_("Nothing to spare")),
    TransferOutcome.IN_GRACE: ("warn", "", N_("Spare day")),
    TransferOutcome.LATE: ("fail", "", N_("Too late")),
    AT_ONCE: ("pass", "", N_("At once")),
    LATER: ("warn", "clock", N_("Later")),
    UNKNOWN: ("unknown", "", N_("We do not know")),
}
"""Level, shape and word of what comes of a payment."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One day or one way to pay: what, when the money is there, what comes of it and what that means."""

    code: str
    what: Sentence
    arrives: Sentence
    outcome: str
    meaning: Sentence


def rows_by_day(s: Situation, plan: PaymentPlan) -> tuple[PaymentRow, ...]:
    """The days on which the result of paying changes; the last of them stays as the warning."""
    found = later_rows(plan, s.calendar)
    ahead = tuple(row for row in found if row.sent_on >= s.today) or found[-1:]
    return tuple(
        PaymentRow(
            "day", _day(row.sent_on), _day(_money_on(s, plan, row)), row.outcome, _meaning(s, plan, row)
        )
        for row in ahead
    )


def choose_rows(s: Situation, by_transfer: PaymentPlan) -> tuple[PaymentRow, ...]:
    """The ways to pay from this day on; nothing is promised of a partner: the day of his coupon is known to him alone."""
    return (*_card(s), *_partner(s), *_transfers(s, by_transfer))


def is_choice_open(s: Situation) -> bool:
    """Whether the chosen way to pay is late, so that all of them are compared."""
    if s.plan is None or s.paid or s.may_be_renewed or s.today < s.plan.window_opens:
        return False
    return s.days_left < 0 or (s.advice is not None and not s.advice.in_order)


def _day(day: date) -> Sentence:
    return sentence("%(day)s", day=day)


def _money_on(s: Situation, plan: PaymentPlan, row: Transfer) -> date:
    """The day on which the money is there; after the end it takes effect a little later."""
    return s.calendar.after(row.sent_on, plan.conditions.travel_days)


def _card(s: Situation) -> Iterator[PaymentRow]:
    gone = s.state in GONE
    if not gone and (s.advice is None or s.advice.card is None):
        return
    before = s.days_left >= 0
    what = N_("By card") if is_licence(s) else N_("By card in the portal")
    meaning = (
        N_("what is paid for goes on without a break")
        if before
        else N_("works again right after the payment")
    )
    outcome = TransferOutcome.ON_TIME if before else AT_ONCE
    yield PaymentRow("card", sentence(what), sentence(N_("at once")), outcome, sentence(meaning))


def _partner(s: Situation) -> Iterator[PaymentRow]:
    if s.term.kind == TermKind.PLAN:
        arrives = sentence(N_("on the day of his coupon"))
        yield PaymentRow(
            "partner", sentence(N_("Through a partner")), arrives, UNKNOWN, sentence(N_("ask today"))
        )


def _transfers(s: Situation, plan: PaymentPlan) -> Iterator[PaymentRow]:
    """Sent until the days that still fit, and from the day that does not."""
    rows = [row for row in later_rows(plan, s.calendar) if row.sent_on >= s.today]
    if s.state in GONE or not rows:
        rows = [_sent(s, plan)]
    for row in rows:
        late = row.outcome is TransferOutcome.LATE
        what = sentence(
            N_("By transfer from %(day)s") if late else N_("By transfer until %(day)s"), day=row.sent_on
        )
        arrives = sentence("%(day)s" if late else N_("by %(day)s"), day=_money_on(s, plan, row))
        outcome = LATER if s.state in GONE else row.outcome
        yield PaymentRow("transfer", what, arrives, outcome, _meaning(s, plan, row))


def _sent(s: Situation, plan: PaymentPlan) -> Transfer:
    """A transfer that leaves as soon as a bank is open."""
    first = s.today if s.calendar.is_open(s.today) else s.calendar.after(s.today, 1)
    arrives = s.calendar.after(first, plan.conditions.transfer_days + plan.conditions.late_activation_days)
    return Transfer(first, arrives, TransferOutcome.LATE, 0)


def _meaning(s: Situation, plan: PaymentPlan, row: Transfer) -> Sentence:
    if row.outcome is TransferOutcome.ON_TIME:
        return sentence(
            NN_("%(count)s working day to spare", "%(count)s working days to spare"), count=row.spare
        )
    if row.outcome is TransferOutcome.NO_SPARE:
        return sentence(_on_the_last_day(plan))
    if row.outcome is TransferOutcome.IN_GRACE:
        return sentence(N_("works from %(day)s, within the grace days"), day=row.arrives_on)
    if s.state in GONE:
        return sentence(N_("works from %(day)s"), day=row.arrives_on)
    if row.arrives_on <= plan.promised_ends:
        return sentence(N_("takes effect on a day of the grace that nobody should rely on"))
    if _money_on(s, plan, row) <= plan.grace_ends:
        return sentence(N_("works only from %(day)s, after the grace days"), day=row.arrives_on)
    if s.term.kind == TermKind.PLAN:
        return sentence(N_("after %(day)s the free plan"), day=plan.grace_ends)
    return sentence(N_("%(day)s passes first: what is paid for stops"), day=plan.grace_ends)


def _on_the_last_day(plan: PaymentPlan) -> str:
    """Banks may be closed on the last paid day: then the money arrives before it, on their last open one."""
    if not plan.conditions.invoice:
        return N_("no day in reserve is left to repeat the payment")
    if plan.arrives_by < plan.conditions.ends_on:
        return N_("the last bank day before the end of the term")
    return N_("the money arrives on the last day")
