"""Installing: binding our placements and events in a portal in one batch, then calling the install active.

Each step ends in a named outcome with a sentence and a next step; both may be repeated.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from b24app.bitrix24.responses import read_integer
from b24app.database import db, every_portal
from b24app.errors import PortalError, RightMissing, ScopeMissing, WriteUncertain
from b24app.json_values import JsonObject, is_array, is_object
from b24app.portals.client_factory import open_client
from b24app.portals.model import InstallStatus, Portal, refusing_portals, silent_portals
from b24app.portals.pauses import is_answer
from b24app.rest_client import Answer, Command, Outcome, RestClient
from b24app.services import services
from b24app.text.messages import N_

BIND_SECONDS = 20.0  # somebody looks at the wizard meanwhile
OFFLINE_QUEUE = "ONOFFLINEEVENT"
DEAL_CHANGED = "ONCRMDEALUPDATE"
"""Bound in the portals alone whose pipeline of renewals follows their deals; no part of what every portal has."""
QUEUE_TELLS_EVERY = 60
"""Seconds between two messages that the portal's queue of offline events has something."""
Outcomes = Mapping[str, Outcome]


class InstallOutcome(StrEnum):
    """How a step of an installation ended."""

    BOUND = "bound"
    PARTLY = "partly"
    RIGHT_MISSING = "right_missing"
    SCOPE_MISSING = "scope_missing"
    NOTHING_BOUND = "nothing_bound"
    PORTAL_REFUSED = "portal_refused"
    INSTALLED = "installed"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """What a person reads about an outcome: what happened and what to do next."""

    sentence: str
    next_step: str
    good: bool = True


WORDS = {
    InstallOutcome.BOUND: OutcomeWords(
        N_("The application is in its places."), N_("Tell us when the plan ends.")
    ),
    InstallOutcome.PARTLY: OutcomeWords(
        N_("The application is in its places; this portal does not have some of them."),
        N_("Go on: everything else works."),
    ),
    InstallOutcome.RIGHT_MISSING: OutcomeWords(
        N_("The portal does not let you add applications to its pages."),
        N_("Ask a portal administrator to open the application."),
        good=False,
    ),
    InstallOutcome.SCOPE_MISSING: OutcomeWords(
        N_(
            "The application was not given the permission to add its pages: it opens from its own item in the menu."
        ),
        N_("Go on; when the permission is granted, the pages are added by themselves."),
    ),
    InstallOutcome.NOTHING_BOUND: OutcomeWords(
        N_("The portal accepted none of the application's pages."),
        N_("Try again. If it does not help, write to us and name the portal's answer."),
        good=False,
    ),
    InstallOutcome.PORTAL_REFUSED: OutcomeWords(
        N_("The portal did not answer as expected."), N_("Wait a minute and try again."), good=False
    ),
    InstallOutcome.INSTALLED: OutcomeWords(N_("The application is installed."), N_("Go to the overview.")),
    InstallOutcome.REPEATED: OutcomeWords(
        N_("The application had been installed before; its data is in place."), N_("Go to the overview.")
    ),
}


@dataclass(frozen=True, slots=True)
class InstallStep:
    """The end of one step: its outcome and, when nothing was bound, the portal's refusal."""

    outcome: InstallOutcome
    error: PortalError | None = None
    whole: bool = True
    """Whether the portal has also returned what it had of ours before, or may not return it; otherwise an old place may still be there."""

    @property
    def words(self) -> OutcomeWords:
        """The sentence and the next step."""
        return WORDS[self.outcome]

    @property
    def came_instead(self) -> str:
        """The message id of what came in the place of an answer; empty when the portal itself refused."""
        cause = self.error.__cause__ if isinstance(self.error, WriteUncertain) else None
        error = (
            cause if isinstance(cause, PortalError) else self.error
        )  # binding may be repeated: it is not uncertain
        return "" if error is None or is_answer(error) else error.public


@dataclass(frozen=True, slots=True)
class WantedBindings:
    """Everything that this version of the application adds to a portal; placements by code with titles per language."""

    public_url: str
    placements: Mapping[str, Mapping[str, str]]
    events: tuple[str, ...]

    def handler(self, code: str) -> str:
        """The address that the portal opens for a placement."""
        return f"{self.public_url}/placements/{code.lower()}"

    @property
    def mark(self) -> str:
        """The digest of everything that is wanted: a portal bound under another mark is bound anew."""
        parts = (
            self.public_url,
            {code: dict(titles) for code, titles in self.placements.items()},
            self.events,
        )
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def event_handler(self) -> str:
        """The address that events are sent to."""
        return f"{self.public_url}/events"


def bind_install(portal_id: int, wanted: WantedBindings) -> InstallStep:
    """Bind our placements and events in a portal. Commit before you call."""
    try:
        client = open_client(portal_id)
        with client.within(BIND_SECONDS):
            step = bind_all(client, wanted)
    except PortalError as error:
        return InstallStep(_reason(error, InstallOutcome.PORTAL_REFUSED), error)
    if step.words.good and step.whole:
        db.session.get_one(Portal, portal_id).bindings = wanted.mark
    return step


def bound_otherwise(wanted: WantedBindings) -> list[int]:
    """The portals whose places another release bound, without those that would not answer now."""
    resting = refusing_portals().keys() | silent_portals().keys()
    query = select(Portal.id).where(Portal.status == InstallStatus.ACTIVE, Portal.bindings != wanted.mark)
    with every_portal():
        found = db.session.scalars(query.order_by(Portal.id)).all()
    return [portal_id for portal_id in found if portal_id not in resting]


def finish_install(portal_id: int, at: datetime) -> InstallStep:
    """Call the install active; the portal's own flag is set by the page (`installFinish`)."""
    portal = db.session.get_one(Portal, portal_id)
    before, portal.status = portal.status, InstallStatus.ACTIVE
    repeated = portal.installed_at is not None
    portal.installed_at = at
    if before != InstallStatus.ACTIVE:
        services().queue.later("installed", portal.id)
    db.session.flush()
    return InstallStep(InstallOutcome.REPEATED if repeated else InstallOutcome.INSTALLED)


def bind_all(client: RestClient, wanted: WantedBindings) -> InstallStep:
    """Unbind whatever is ours and bind what this version has; an update wipes bindings (event-bind.md)."""
    answers = client.batch(commands(wanted))
    stale = leftovers(answers, wanted)
    if stale:
        client.batch(stale)
    told = all(
        isinstance(answers.get(f"{kind}s now"), Answer | ScopeMissing) for kind in ("placement", "event")
    )
    return replace(judge(answers, wanted), whole=told)


def commands(wanted: WantedBindings) -> dict[str, Command]:
    """One batch: first every handler of ours away, then the wanted ones, then what the portal has now."""
    batch: dict[str, Command] = {}
    for code in wanted.placements:
        batch[f"unbind {code}"] = Command("placement.unbind", {"PLACEMENT": code})
        batch[code] = Command("placement.bind", _placement(code, wanted))
    for name in wanted.events:
        batch[f"unbind {name}"] = Command("event.unbind", {"event": name})
        batch[name] = bind_event(name, wanted.event_handler)
    batch["placements now"] = Command("placement.get")
    batch["events now"] = Command("event.get")
    return batch


def bind_event(name: str, handler: str) -> Command:
    """Bind one event; the queue of offline events notifies of itself at most once a minute (on-offline-event.md)."""
    options = {"options": {"minTimeout": QUEUE_TELLS_EVERY}} if name == OFFLINE_QUEUE else {}
    return Command("event.bind", {"event": name, "handler": handler, **options})


def leftovers(answers: Outcomes, wanted: WantedBindings) -> dict[str, Command]:
    """Handlers of earlier versions that this one does not want any more."""
    placements = [code for code in _names(answers, "placement") if code not in wanted.placements]
    kept = {*wanted.events, DEAL_CHANGED}
    events = [name for name in _names(answers, "event") if name.upper() not in kept]
    return {f"placement {code}": Command("placement.unbind", {"PLACEMENT": code}) for code in placements} | {
        f"event {name}": Command("event.unbind", {"event": name}) for name in events
    }


def judge(answers: Outcomes, wanted: WantedBindings) -> InstallStep:
    """How binding ended; an older portal may lack a placement or an event, which is no failure."""
    asked = {name: answers[name] for name in (*wanted.placements, *wanted.events)}
    refused = {name: answer for name, answer in asked.items() if isinstance(answer, PortalError)}
    if all(code in refused for code in wanted.placements):  # nothing that a person could open
        first = next(iter(refused.values()))
        return InstallStep(_reason(first, InstallOutcome.NOTHING_BOUND), first)
    return InstallStep(InstallOutcome.PARTLY if refused else InstallOutcome.BOUND)


def _placement(code: str, wanted: WantedBindings) -> JsonObject:
    titles = wanted.placements[code]
    return {
        "PLACEMENT": code,
        "HANDLER": wanted.handler(code),
        "TITLE": titles["en"],
        "LANG_ALL": {language: {"TITLE": title} for language, title in titles.items()},
    }


def _names(answers: Outcomes, kind: str) -> list[str]:
    """The placements or the events that a portal has bound to us now; what it keeps in its queue is bound by the copy."""
    answer = answers.get(f"{kind}s now")
    rows = answer.result if isinstance(answer, Answer) else None
    named = (
        [row.get(kind) for row in rows if is_object(row) and not read_integer(row.get("offline"))]
        if is_array(rows)
        else []
    )
    return [name for name in named if isinstance(name, str)]


def _reason(error: PortalError, otherwise: InstallOutcome) -> InstallOutcome:
    if isinstance(error, RightMissing):
        return InstallOutcome.RIGHT_MISSING
    return InstallOutcome.SCOPE_MISSING if isinstance(error, ScopeMissing) else otherwise
