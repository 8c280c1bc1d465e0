"""This application's own event subscriptions; those of others cannot be listed."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import Flag, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class Subscription:
    event: Text
    handler: Text = ""
    auth_type: Text = "0"
    offline: Flag = False


@dataclass(frozen=True, slots=True)
class OwnEvents:
    rows: tuple[Subscription, ...]


@fact(Command("event.get", {}), rank=35)
def own_events(answer: Answer) -> OwnEvents:
    """Read event.get (api-reference/events/event-get.md)."""
    return OwnEvents(records(Subscription, answer.result))
