"""The stages of a renewal, in order, who acts in each, and what may be marked when. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from b24app.text.messages import N_


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
    Stage.INVOICE_REQUESTED: N_("Invoice requested"),
    Stage.INVOICE_RECEIVED: N_("Invoice received"),
    Stage.APPROVED: N_("Payment approved"),
    Stage.PAID: N_("Paid"),
    Stage.ACTIVATION_AWAITED: N_("Activation awaited"),
    Stage.ACTIVE: N_("Renewed"),
    Stage.VERIFIED: N_("Verified"),
}
ROLE_TITLES = {
    Role.RESPONSIBLE: N_("Responsible for the renewal"),
    Role.DECIDER: N_("Decides"),
    Role.PAYER: N_("Pays"),
    Role.ACTIVATOR: N_("Activates"),
}
ACTS = {
    Stage.CHOSEN: Role.DECIDER,
    Stage.INVOICE_REQUESTED: Role.RESPONSIBLE,
    Stage.INVOICE_RECEIVED: Role.RESPONSIBLE,
    Stage.APPROVED: Role.DECIDER,
    Stage.PAID: Role.PAYER,
    Stage.ACTIVATION_AWAITED: Role.ACTIVATOR,
    Stage.ACTIVE: Role.ACTIVATOR,
    Stage.VERIFIED: Role.RESPONSIBLE,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage reached: the day it happened, who said so and when."""

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


OPENED_FOR = {"invoice": Stage.INVOICE_REQUESTED, "pay": Stage.PAID}
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
    """The day on which a stage was reached, as marked; None when it was skipped or lies ahead."""
    return next((mark.on for mark in marks if mark.stage is stage), None)
