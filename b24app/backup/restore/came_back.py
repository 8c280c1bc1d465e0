"""The outcome of a restore: how much of what was chosen is back. The one definition for its page, the list and the alarm."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from b24app.backup.restore.data.copy_preview import CAME_BACK, IS_THERE
from b24app.backup.restore.data.field_repairs import EMPTY_IN_COPY, NOT_EMPTY
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Action, Operation, RestorePlan, RestoreSource
from b24app.backup.restore.undoing import DONE

BACK = frozenset({*DONE, RestoreLineState.SAME})
"""States of a line whose object is back: one that was found as it should be is back too."""
THERE = (IS_THERE, CAME_BACK)
"""Reasons of the preview by which an object is in the portal already."""
NOT_LOST = frozenset({*THERE, NOT_EMPTY, EMPTY_IN_COPY})
"""Reasons of the preview by which there is nothing to put back."""
MOVED_ON = "deal_stage"
"""Deals that people have closed or moved since stay where they are on purpose."""


class RestoreOutcome(StrEnum):
    """The outcome of an ended restore."""

    NOTHING = "nothing"
    PART = "part"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class CameBack:
    """Objects of one restore: how many are back, how many of these it has written, how many were to be restored."""

    back: int = 0
    written: int = 0
    total: int = 0

    @property
    def outcome(self) -> RestoreOutcome:
        """Nothing, a part or all of it."""
        if not self.back:
            return RestoreOutcome.NOTHING
        return RestoreOutcome.PART if self.back < self.total else RestoreOutcome.WHOLE


def what_came_back(states: Iterable[str], plan: RestorePlan | None) -> CameBack:
    """By the states of its lines, and by what its plan could not write."""
    known = list(states)
    back, written = (sum(one in among for one in known) for among in (BACK, DONE))
    return CameBack(back, written, len(known) + (left_behind(plan) if plan is not None else 0))


def left_behind(plan: RestorePlan) -> int:
    """How many objects were to be restored, or undone, that the plan marks as impossible."""
    if plan.source in (RestoreSource.COPY, RestoreSource.UNDO):
        reasons = (one for one in plan.of(Action.CANNOT) if one.why.message not in NOT_LOST)
        return sum(one.objects for one in reasons)
    written = {_place(one) for one in plan.operations if one.writes}
    refused = {_place(one) for one in plan.of(Action.CANNOT) if one.kind != MOVED_ON}
    return len({(one.kind, one.key) for one in plan.choices} & (refused - written))


def _place(one: Operation) -> tuple[str, str]:
    return one.kind, one.key
