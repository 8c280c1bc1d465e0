"""Events that the portal offers to applications; a shrinking set shows a lost module or plan."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class AvailableEvents:
    names: tuple[str, ...]


@fact(Command("events", {}), rank=125, second=True)
def available_events(answer: Answer) -> AvailableEvents:
    """Read events (api-reference/events/events.md)."""
    result = answer.result
    return AvailableEvents(tuple(sorted(map(str, result))) if isinstance(result, list) else ())
