"""Binding our placements and events in a portal: from zero, in one batch, as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from b24app.errors import PortalError
from b24app.rest_client import Answer, Command, RestClient

Outcomes = Mapping[str, Answer | PortalError]


class BindOutcome(StrEnum):
    """How binding ended: all of it, without what this portal does not have, or not at all."""

    BOUND = "bound"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WantedPlacement:
    """A placement to bind: its code and its title per language."""

    code: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WantedBindings:
    """Everything this version of the application adds to a portal."""

    public_url: str
    widgets: tuple[WantedPlacement, ...]
    events: tuple[str, ...]

    def handler(self, code: str) -> str:
        """The address that the portal opens for a placement."""
        return f"{self.public_url}/placements/{code.lower()}"

    @property
    def event_handler(self) -> str:
        """The address that events are sent to."""
        return f"{self.public_url}/events"


@dataclass(frozen=True, slots=True)
class BindReport:
    """What was bound, and what the portal refused."""

    outcome: BindOutcome
    bound: tuple[str, ...]
    refused: Mapping[str, PortalError]


def bind_all(client: RestClient, wanted: WantedBindings) -> BindReport:
    """Unbind whatever is ours and bind what this version has; an update wipes bindings (event-bind.md)."""
    answers = client.batch(commands(wanted))
    stale = leftovers(answers, wanted)
    if stale:
        client.batch(stale)
    return report(answers, wanted)


def commands(wanted: WantedBindings) -> dict[str, Command]:
    """One batch: first every handler of ours away, then the wanted ones, then what the portal has now."""
    batch: dict[str, Command] = {}
    for widget in wanted.widgets:
        batch[f"unbind {widget.code}"] = Command("placement.unbind", {"PLACEMENT": widget.code})
        batch[widget.code] = Command("placement.bind", _placement(widget, wanted))
    for name in wanted.events:
        batch[f"unbind {name}"] = Command("event.unbind", {"event": name})
        batch[name] = Command("event.bind", {"event": name, "handler": wanted.event_handler})
    batch["placements now"] = Command("placement.get")
    batch["events now"] = Command("event.get")
    return batch


def leftovers(answers: Outcomes, wanted: WantedBindings) -> dict[str, Command]:
    """Handlers of earlier versions that this one does not want any more."""
    codes = {widget.code for widget in wanted.widgets}
    stale = {
        f"placement {row['placement']}": Command("placement.unbind", {"PLACEMENT": row["placement"]})
        for row in _rows(answers, "placements now")
        if row.get("placement") not in codes
    }
    return stale | {
        f"event {row['event']}": Command("event.unbind", {"event": row["event"]})
        for row in _rows(answers, "events now")
        if str(row.get("event", "")).upper() not in wanted.events
    }


def report(answers: Outcomes, wanted: WantedBindings) -> BindReport:
    """Say how binding ended; an older portal may lack a placement or an event, which is no failure."""
    widgets = [widget.code for widget in wanted.widgets]
    said = {name: answers[name] for name in (*widgets, *wanted.events)}
    refused = {name: answer for name, answer in said.items() if isinstance(answer, PortalError)}
    bound = tuple(name for name in said if name not in refused)
    if not set(bound) & set(widgets):  # nothing that a person could open
        return BindReport(BindOutcome.REFUSED, bound, refused)
    return BindReport(BindOutcome.PARTLY if refused else BindOutcome.BOUND, bound, refused)


def _placement(widget: WantedPlacement, wanted: WantedBindings) -> dict[str, Any]:
    return {
        "PLACEMENT": widget.code,
        "HANDLER": wanted.handler(widget.code),
        "TITLE": widget.titles["en"],
        "LANG_ALL": {language: {"TITLE": title} for language, title in widget.titles.items()},
    }


def _rows(answers: Outcomes, key: str) -> list[dict[str, Any]]:
    answer = answers.get(key)
    if not isinstance(answer, Answer) or not isinstance(answer.result, list):
        return []
    return [row for row in answer.result if isinstance(row, dict)]
