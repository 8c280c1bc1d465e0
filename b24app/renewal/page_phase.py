"""The phases of the tab «Renewal», and the state of the shop and of the comparison for its answer. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from b24app.renewal.case import Situation
from b24app.renewal.progress_steps import card_is_due
from b24app.terms.policy import State
from b24app.text.messages import NOTHING, Sentence


class Phase(StrEnum):
    """What the tab is about today; each draws the same page with another middle."""

    UNKNOWN = "unknown"
    BEFORE = "before"
    LATE = "late"
    GIVEN_UP = "given_up"
    PAID = "paid"
    GRACE = "grace"
    LAPSED = "lapsed"
    AFTER = "after"
    VERIFIED = "verified"


OVER = (Phase.GRACE, Phase.LAPSED)


class AnswerParts(TypedDict, total=False):
    """The parts of a headline that a phase replaces."""

    level: str
    word: Sentence
    about: Sentence
    answer: Sentence
    lead: Sentence
    why: Sentence


class Found(StrEnum):
    """The outcome of the comparison after an activation."""

    NOTHING = "nothing"
    RUNNING = "running"
    INCOMPARABLE = "incomparable"
    RESTORE = "restore"
    LOOK = "look"
    FAILING = "failing"
    WAITING = "waiting"
    OLD = "old"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class ActivationOutcome:
    """The comparison in numbers, with the names of the first lines that cost orders."""

    found: Found = Found.NOTHING
    to_restore: int = 0
    to_look: int = 0
    accepted: int = 0
    unchanged: int = 0
    failing: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopState:
    """What the newest look at the shop found: whether there was one, how many checks block, and the gravest."""

    checked: bool = False
    blockers: int = 0
    first: Sentence = NOTHING


def phase_of(s: Situation, *, verified: bool = False) -> Phase:
    """The phase of a situation; `verified`: the renewal was closed a short while ago."""
    if s.state is State.UNKNOWN:
        return Phase.UNKNOWN
    if s.state is State.ACTIVE_AGAIN:
        return Phase.AFTER
    if verified and s.state is State.ACTIVE:
        return Phase.VERIFIED
    if s.paid:
        return Phase.PAID
    if s.given_up:
        return Phase.GIVEN_UP
    if s.state is State.GRACE:
        return Phase.GRACE
    if s.state in (State.LAPSED, State.LOCKED):
        return Phase.LAPSED
    return Phase.LATE if _is_late(s) else Phase.BEFORE


def _is_late(s: Situation) -> bool:
    return card_is_due(s) and s.plan is not None and s.today > s.plan.pay_by
