"""Places that the portal offers to widgets; a shrinking set shows a lost module or plan."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class AvailablePlacements:
    names: tuple[str, ...]


@fact(Command("placement.list", {}), rank=126, scopes=("placement",), second=True)
def available_placements(answer: Answer) -> AvailablePlacements:
    """Read placement.list (api-reference/widgets/placement-list.md)."""
    result = answer.result
    return AvailablePlacements(tuple(sorted(map(str, result))) if isinstance(result, list) else ())
