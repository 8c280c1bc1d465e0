"""Places that the portal offers to widgets; a shrinking set shows a lost module or plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import Asking, facts_of


@dataclass(frozen=True, slots=True)
class AvailablePlacements:
    names: tuple[str, ...]


def _calls(_asking: Asking) -> dict[str, Command]:
    return {"": Command("placement.list", {})}


@facts_of(_calls, rank=126, scopes=("placement",))
def available_placements(answers: Mapping[str, Answer], _asking: Asking) -> AvailablePlacements:
    """Read placement.list (api-reference/widgets/placement-list.md)."""
    result = answers[""].result
    return AvailablePlacements(tuple(sorted(map(str, result))) if isinstance(result, list) else ())
