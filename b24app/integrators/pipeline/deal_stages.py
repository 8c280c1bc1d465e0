"""Stages of the pipeline of renewals, the stage of a renewal, and what a deal moved by hand means. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from b24app.renewal.case import CaseView
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.text.messages import N_, P_

WINDOW_DAYS = 30
SAME_END = timedelta(days=27)
"""A period is a month at least: an end moved by no more is the same end, corrected."""


class DealStage(StrEnum):
    """The stage of a deal of a renewal; the value is stored."""

    WINDOW = "window"
    INVOICE = "invoice"
    PAID = "paid"
    COUPON = "coupon"
    ACTIVE = "active"
    VERIFIED = "verified"
    REFUSED = "refused"


class ReturnReason(StrEnum):
    """Why a deal returns to its stage; the value is stored."""

    EVIDENCE = "evidence"
    BEHIND = "behind"
    BY_HAND_OFF = "by_hand_off"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class StageSpec:
    """How a stage is made in the CRM: its code in the pipeline's list, meaning, colour and first name."""

    code: str
    name: str
    semantics: str
    color: str


STAGES: Mapping[DealStage, StageSpec] = {
    DealStage.WINDOW: StageSpec("NEW", P_("deal stage", "Window"), "", "#39A8EF"),
    DealStage.INVOICE: StageSpec("INVOICE", P_("deal stage", "Invoice"), "", "#2FC6F6"),
    DealStage.PAID: StageSpec("PAID", P_("deal stage", "Payment"), "", "#55D0E0"),
    DealStage.COUPON: StageSpec("COUPON", P_("deal stage", "Coupon"), "", "#47E4C2"),
    DealStage.ACTIVE: StageSpec("ACTIVE", P_("deal stage", "Activated"), "", "#FFA900"),
    DealStage.VERIFIED: StageSpec("WON", P_("deal stage", "Verified"), "S", "#7BD500"),
    DealStage.REFUSED: StageSpec("LOSE", P_("deal stage", "Refused"), "F", "#FF5752"),
}
MARKS: Mapping[DealStage, str] = {
    DealStage.WINDOW: N_("May be renewed"),
    DealStage.INVOICE: N_("Invoice ordered"),
    DealStage.PAID: N_("Paid"),
    DealStage.COUPON: N_("Coupon received"),
    DealStage.ACTIVE: N_("Plan activated"),
    DealStage.VERIFIED: N_("Shop checked"),
    DealStage.REFUSED: N_("Not renewed"),
}
PROVEN = frozenset({DealStage.ACTIVE, DealStage.VERIFIED})
"""Stages that only evidence or the client's side reaches."""

MAY_BE_MOVED = tuple(one for one in DealStage if one not in PROVEN)
PAST_PAYING = frozenset({DealStage.PAID, DealStage.COUPON})
ORDER = tuple(DealStage)


def stage_of(
    present_end: date | None, case: CaseView | None, ends_on: date, *, coupon: bool = False
) -> DealStage:
    """The stage of the renewal of an end: by its marks, or by the evidence that the present end has moved on."""
    renewed = present_end is not None and present_end - ends_on > SAME_END
    if case is None:
        return DealStage.VERIFIED if renewed else DealStage.WINDOW
    if case.given_up:
        return DealStage.REFUSED
    if is_reached(case.marks, Stage.VERIFIED):
        return DealStage.VERIFIED
    if renewed or is_reached(case.marks, Stage.ACTIVE):
        return DealStage.ACTIVE
    if is_reached(case.marks, Stage.PAID):
        return DealStage.COUPON if coupon else DealStage.PAID
    return DealStage.INVOICE if is_reached(case.marks, Stage.INVOICE_REQUESTED) else DealStage.WINDOW


def is_due(ends_on: date | None, today: date, *, begun: bool) -> bool:
    """Whether a term's renewal gets its deal: its window is open, or somebody has begun; not one that ended long ago."""
    if ends_on is None:
        return False
    days = (ends_on - today).days
    return days >= -WINDOW_DAYS if begun else -WINDOW_DAYS <= days <= WINDOW_DAYS


def why_back(target: DealStage, present: DealStage, by_hand: Collection[str]) -> ReturnReason | None:
    """Why a deal that a person has moved returns to its stage; None where the move becomes a proposal."""
    if target in PROVEN:
        return ReturnReason.EVIDENCE
    if target not in by_hand:
        return ReturnReason.BY_HAND_OFF
    if present in PROVEN or (target is DealStage.REFUSED and present in PAST_PAYING):
        return ReturnReason.BEHIND
    if DealStage.REFUSED in (target, present):
        return None
    return ReturnReason.BEHIND if ORDER.index(target) < ORDER.index(present) else None
