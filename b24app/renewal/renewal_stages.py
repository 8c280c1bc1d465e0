"""The stages of a renewal, in order, who acts in each, what may be marked when, and which of them are delayed. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from b24app.terms.working_days import BankCalendar
from b24app.text.messages import N_, NN_, Sentence, sentence


class Stage(StrEnum):
    """What has been reached; a later stage implies the earlier ones."""

    CHOSEN = "chosen"
    INVOICE_REQUESTED = "invoice_requested"
    INVOICE_RECEIVED = "invoice_received"
    APPROVED = "approved"
    PAID = "paid"
    ACTIVATION_AWAITED = "activation_awaited"
    ACTIVE = "active"
    VERIFIED = "verified"


class Role(StrEnum):
    """Who does what in a renewal; one person may hold several."""

    RESPONSIBLE = "responsible"
    DECIDER = "decider"
    PAYER = "payer"
    ACTIVATOR = "activator"


ORDER = tuple(Stage)
INVOICE_STAGES = (Stage.INVOICE_REQUESTED, Stage.INVOICE_RECEIVED)

STAGE_TITLES = {
    Stage.CHOSEN: N_("Plan and period chosen"),
    Stage.INVOICE_REQUESTED: N_("Invoice ordered"),
    Stage.INVOICE_RECEIVED: N_("Invoice received"),
    Stage.APPROVED: N_("Payment approved"),
    Stage.PAID: N_("Paid"),
    Stage.ACTIVATION_AWAITED: N_("Activation awaited"),
    Stage.ACTIVE: N_("Plan activated"),
    Stage.VERIFIED: N_("Shop checked"),
}
ROLE_TITLES = {
    Role.RESPONSIBLE: N_("Responsible for the renewal"),
    Role.DECIDER: N_("Decides"),
    Role.PAYER: N_("Pays"),
    Role.ACTIVATOR: N_("Activates"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage reached: the day it happened, who marked it and when."""

    stage: Stage
    on: date
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """One place that was opened and not answered about; `way` is the portal's page or a letter to the partner."""

    code: str
    way: str
    by: str
    at: datetime


OPENED_FOR = {"invoice": Stage.INVOICE_REQUESTED, "pay": Stage.PAID, "activation": Stage.ACTIVE}
OPENED_BY = ("portal", "letter")


def order_of(stage: Stage) -> int:
    """The place of a stage in the order."""
    return ORDER.index(stage)


def reached(marks: Collection[Mark]) -> Stage | None:
    """The furthest stage that was marked."""
    return max((mark.stage for mark in marks), key=order_of, default=None)


def is_reached(marks: Collection[Mark], stage: Stage) -> bool:
    """Whether this stage, or a later one, was marked."""
    last = reached(marks)
    return last is not None and order_of(last) >= order_of(stage)


def next_stage(marks: Collection[Mark], *, invoice: bool) -> Stage | None:
    """What to reach next; a card needs no invoice; None when everything is done."""
    last = reached(marks)
    start = 0 if last is None else order_of(last) + 1
    ahead = [stage for stage in ORDER[start:] if invoice or stage not in INVOICE_STAGES]
    return next((stage for stage in ahead if stage is not Stage.ACTIVATION_AWAITED), None)


def may_mark(marks: Collection[Mark], stage: Stage) -> bool:
    """A stage may be marked once, and only ahead of what is reached: earlier ones are implied."""
    last = reached(marks)
    return last is None or order_of(stage) > order_of(last)


def may_unmark(marks: Collection[Mark], stage: Stage) -> bool:
    """Only the furthest mark can be taken back."""
    return reached(marks) is stage


def day_of(marks: Sequence[Mark], stage: Stage) -> date | None:
    """The day on which a stage was reached, as marked; None when it was skipped or is ahead."""
    return next((mark.on for mark in marks if mark.stage is stage), None)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a role."""

    role: Role
    user_id: int | None
    name: str
    email: str = ""


def holder_of(role: Role, roles: Mapping[Role, Holder]) -> Holder | None:
    """The person of a role; the responsible when nobody was named."""
    return roles.get(role) or roles.get(Role.RESPONSIBLE)


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
    if since is None:
        return
    # what is sent on a day when banks are closed leaves on the next working day
    left = since if calendar.is_open(since) else calendar.after(since, 1)
    if (days := calendar.between(left, today)) <= patience.transfer_days:
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
