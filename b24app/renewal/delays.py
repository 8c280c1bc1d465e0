"""Delays that somebody should notice: what waits too long, since when, and what to do about it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from b24app.renewal.renewal_stages import Mark, Role, Stage, day_of, is_reached
from b24app.terms.working_days import BankCalendar
from b24app.text.messages import N_, NN_, Sentence, sentence

INVOICE_PATIENCE = 3
CHECK_PATIENCE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Delay:
    """Something that waits too long; `role` is who should move."""

    code: str
    since: date
    working_days: int
    role: Role
    message: Sentence
    advice: Sentence


@dataclass(frozen=True, slots=True)
class Patience:
    """How many working days each step may take before it is a delay."""

    transfer_days: int = 3
    approval_days: int = 3
    invoice_valid_days: int = 5
    partner: bool = False


def notice_delays(
    marks: Sequence[Mark], patience: Patience, calendar: BankCalendar, today: date
) -> tuple[Delay, ...]:
    """All delays of a renewal on a day."""
    found = (*_invoice(marks, calendar, today), *_approval(marks, patience, calendar, today))
    return (*found, *_activation(marks, patience, calendar, today), *_checking(marks, calendar, today))


def _waited(marks: Sequence[Mark], stage: Stage, until: Stage) -> date | None:
    """The day since when something waits, unless what it waits for has come."""
    return None if is_reached(marks, until) else day_of(marks, stage)


def _invoice(marks: Sequence[Mark], calendar: BankCalendar, today: date) -> Iterator[Delay]:
    since = _waited(marks, Stage.INVOICE_REQUESTED, Stage.INVOICE_RECEIVED)
    if since is None or (days := calendar.between(since, today)) < INVOICE_PATIENCE:
        return
    yield Delay(
        "invoice_late",
        since,
        days,
        Role.RESPONSIBLE,
        sentence(
            NN_(
                "The invoice was requested %(count)s working day ago and has not come.",
                "The invoice was requested %(count)s working days ago and has not come.",
            ),
            count=days,
        ),
        sentence(
            N_(
                "Ask the partner or open “Purchases and documents” in the portal: the invoice may be there already."
            )
        ),
    )


def _approval(
    marks: Sequence[Mark], patience: Patience, calendar: BankCalendar, today: date
) -> Iterator[Delay]:
    since = _waited(marks, Stage.INVOICE_RECEIVED, Stage.PAID)
    if since is None:
        return
    days = calendar.between(since, today)
    if days >= patience.invoice_valid_days:
        text = N_("The invoice came on %(day)s and may not be valid any more.")
        advice = NN_(
            "Ask for a new invoice before paying: the usual validity is %(count)s banking day.",
            "Ask for a new invoice before paying: the usual validity is %(count)s banking days.",
        )
        yield _delay(
            "invoice_stale", since, days, Role.RESPONSIBLE, text, advice, patience.invoice_valid_days
        )
    elif days > patience.approval_days:
        text = N_("The invoice has waited for approval since %(day)s.")
        advice = NN_(
            "Remind the person who decides: usually it takes %(count)s working day.",
            "Remind the person who decides: usually it takes %(count)s working days.",
        )
        yield _delay("approval_late", since, days, Role.DECIDER, text, advice, patience.approval_days)


def _delay(  # noqa: PLR0917
    code: str, since: date, days: int, role: Role, text: str, advice: tuple[str, str], usual: int
) -> Delay:
    return Delay(code, since, days, role, sentence(text, day=since), sentence(advice, count=usual))


def _activation(
    marks: Sequence[Mark], patience: Patience, calendar: BankCalendar, today: date
) -> Iterator[Delay]:
    since = _waited(marks, Stage.PAID, Stage.ACTIVE)
    if since is None or (days := calendar.between(since, today)) <= patience.transfer_days:
        return
    partner = N_(
        "Send the payment order to the partner and ask for the coupon: an administrator activates it."
    )
    direct = N_("Send the payment order to support in “My plan” and check “Purchases and documents”.")
    yield Delay(
        "activation_late",
        since,
        days,
        Role.ACTIVATOR,
        sentence(
            NN_(
                "Paid %(count)s working day ago, the plan is still not renewed.",
                "Paid %(count)s working days ago, the plan is still not renewed.",
            ),
            count=days,
        ),
        sentence(partner if patience.partner else direct),
    )


def _checking(marks: Sequence[Mark], calendar: BankCalendar, today: date) -> Iterator[Delay]:
    since = _waited(marks, Stage.ACTIVE, Stage.VERIFIED)
    if since is not None and today - since > CHECK_PATIENCE:
        text = N_("Renewed on %(day)s, but nobody has checked what still works.")
        advice = NN_(
            "Run the checks after activation: %(count)s minute is enough for the first comparison.",
            "Run the checks after activation: %(count)s minutes are enough for the first comparison.",
        )
        days = calendar.between(since, today)
        yield _delay("check_late", since, days, Role.RESPONSIBLE, text, advice, 5)
