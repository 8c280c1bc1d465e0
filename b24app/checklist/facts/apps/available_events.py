"""Events that the portal offers to applications; a shrinking set shows a lost module or plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import Asking, facts_of


@dataclass(frozen=True, slots=True)
class AvailableEvents:
    names: tuple[str, ...]


def _calls(_asking: Asking) -> dict[str, Command]:
    return {"": Command("events", {})}


@facts_of(_calls, rank=125)
def available_events(answers: Mapping[str, Answer], _asking: Asking) -> AvailableEvents:
    """Read events (api-reference/events/events.md)."""
    result = answers[""].result
    return AvailableEvents(tuple(sorted(map(str, result))) if isinstance(result, list) else ())
