"""The test event that every run sends: its return is checked a little later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import Asking, facts_of

PATIENCE = timedelta(minutes=10)
"""After that an event without a return counts as lost: it is not sent again."""


@dataclass(frozen=True, slots=True)
class OwnTestEvent:
    """What the event carries, and when it was asked for."""

    mark: str
    sent_at: datetime


def _send(asking: Asking) -> Mapping[str, Command]:
    return {"": Command("event.test", {"mark": _mark(asking.now)})}


@facts_of(_send, "event.test", rank=127)
def own_test_event(_answers: Mapping[str, Answer], asking: Asking) -> OwnTestEvent:
    """Read event.test (api-reference/events/test-handler.md): ONAPPTEST carries what was sent."""
    return OwnTestEvent(_mark(asking.now), asking.now)


def _mark(moment: datetime) -> str:
    return f"run{moment.timestamp() * 1000:.0f}"
