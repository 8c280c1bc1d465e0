"""Asks a portal for facts: two batches, nothing without its scope; a batch is split only when its answer blames a command."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from b24app.bitrix24.no_answer import PageInstead
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.checklist.engine.fact import (
    WHOLE_PORTAL,
    Asking,
    FactRefusal,
    Facts,
    FactSpec,
    Reason,
    load_facts,
    refusal_of,
)
from b24app.errors import AnswerBroken, PortalError, VendorFault

BATCH = 50
Progress = Callable[[int, Facts], None]


class BatchClient(Protocol):
    """What gathering needs of a portal's client."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send the commands as one request."""
        ...


@dataclass(slots=True)
class Sender:
    """Sends the batches of one gathering; once the portal itself has failed, nothing more is sent."""

    client: BatchClient
    failed: PortalError | None = None

    def send(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send a batch; when the answer blames one command it is found by halves, in order of worth."""
        outcomes, error = self._try(commands)
        if error is None:
            return outcomes
        if not blames_a_command(error) or len(commands) == 1:
            return self._give_up(commands, error)
        return self._split(commands, error)

    def _try(self, commands: Mapping[str, Command]) -> tuple[dict[str, Outcome], PortalError | None]:
        if not commands or self.failed is not None:
            return dict.fromkeys(commands, self.failed or NOTHING_ASKED), None
        try:
            outcomes = self.client.batch(commands)
        except PortalError as error:
            return {}, error
        lost = {key: call for key, call in commands.items() if key not in outcomes}
        return outcomes | (self._ask_again(lost) if lost else {}), None

    def _ask_again(self, lost: Mapping[str, Command]) -> dict[str, Outcome]:
        """What an answer left out is asked for once more: it was cut, or has no such key."""
        try:
            found = self.client.batch(lost)
        except PortalError as error:
            return self._give_up(lost, error)
        missing = AnswerBroken("batch_cut", "the answer holds no such key")
        return {key: found.get(key, missing) for key in lost}

    def _split(self, commands: Mapping[str, Command], error: PortalError) -> dict[str, Outcome]:
        """Ask for both halves: one that goes through proves that the fault lies in the other, two that do not prove nothing."""
        outcomes: dict[str, Outcome] = {}
        while len(commands) > 1:
            parts = _halves(commands)
            tried = [self._try(part) for part in parts]
            guilty = [part for part, (_, no) in zip(parts, tried, strict=True) if no is not None]
            for found, _ in tried:
                outcomes |= found
            if len(guilty) != 1:
                rest = {key: call for part in guilty for key, call in part.items()}
                return outcomes | (self._give_up(rest, error) if rest else {})
            commands = guilty[0]
        return outcomes | dict.fromkeys(commands, error)

    def _give_up(self, commands: Mapping[str, Command], error: PortalError) -> dict[str, Outcome]:
        if not blames_a_command(error) or len(commands) > 1:
            self.failed = error
        return dict.fromkeys(commands, error)


NOTHING_ASKED = AnswerBroken("not_asked", "nothing was asked")


def blames_a_command(error: PortalError) -> bool:
    """Whether REST itself answered and broke off: one command may have been too much for it.

    Silence, a page, a status or a certificate say nothing about commands: asking for less would only ask more often.
    """
    return isinstance(error, VendorFault) and not isinstance(error, PageInstead)


def _halves(commands: Mapping[str, Command]) -> list[dict[str, Command]]:
    keys = list(commands)
    half = (len(keys) + 1) // 2
    return [{key: commands[key] for key in part} for part in (keys[:half], keys[half:])]


@dataclass(frozen=True, slots=True)
class WantedFact:
    """A fact on its way: its declaration and its calls, by key of the batch."""

    spec: FactSpec
    calls: Mapping[str, Command]


def _ignore(_phase: int, _facts: Facts) -> None:
    """Nobody follows the progress."""


def gather(
    client: BatchClient,
    now: datetime,
    granted: Collection[str],
    *,
    names: Collection[str] | None = None,
    known: Facts | None = None,
    salt: str = "",
    progress: Progress = _ignore,
) -> Facts:
    """Ask for all facts, or for the named ones; `now` carries the portal's time zone."""
    specs = sorted(_chosen(names), key=lambda spec: spec.rank)
    facts, sender = known or Facts(), Sender(client)
    for phase, second in enumerate((False, True), start=1):
        mine = [spec for spec in specs if spec.second is second]
        facts = facts.joined(_ask(sender, mine, Asking(now, facts, salt), granted))
        progress(phase, facts)
        if (gone := _whole_portal(facts, mine)) is not None:
            return facts.joined(Facts({}, {spec.name: gone for spec in specs if spec.second}))
    return facts


def needed_facts(names: Collection[str]) -> set[str]:
    """The named facts and those whose answers they need."""
    specs = load_facts()
    known = {name for name in names if name in specs}
    return known | {used for name in known for used in specs[name].uses}


def _chosen(names: Collection[str] | None) -> Iterable[FactSpec]:
    specs = load_facts()
    wanted = set(specs) if names is None else needed_facts(names)
    return [spec for name, spec in specs.items() if name in wanted]


def _whole_portal(facts: Facts, asked: Iterable[FactSpec]) -> FactRefusal | None:
    """The refusal that concerns the portal itself when nothing at all was answered."""
    names = [spec.name for spec in asked]
    if not names or any(name in facts.values for name in names):
        return None
    noes = [facts.refusals[name] for name in names if name in facts.refusals]
    return next((no for no in noes if no.reason in WHOLE_PORTAL), None)


def _ask(sender: Sender, specs: Iterable[FactSpec], asking: Asking, granted: Collection[str]) -> Facts:
    refusals: dict[str, FactRefusal] = {}
    wanted: list[WantedFact] = []
    room = BATCH
    for spec in specs:
        if (no := _missing(spec, asking.found, granted)) is not None:
            refusals[spec.name] = no
            continue
        calls = {_key(spec, key): replace(call, write=False) for key, call in spec.calls(asking).items()}
        if len(calls) > room:
            calls = dict(list(calls.items())[:room])
        room -= len(calls)
        wanted.append(WantedFact(spec, calls))
    outcomes = sender.send({key: call for item in wanted for key, call in item.calls.items()})
    read = {item.spec.name: _read(item, outcomes, asking) for item in wanted}
    refusals.update({name: value for name, value in read.items() if isinstance(value, FactRefusal)})
    return Facts(
        {name: value for name, value in read.items() if not isinstance(value, FactRefusal)}, refusals
    )


def _key(spec: FactSpec, part: str) -> str:
    return f"{spec.name}.{part}" if part else spec.name


def _missing(spec: FactSpec, found: Facts, granted: Collection[str]) -> FactRefusal | None:
    if spec.scopes and not set(spec.scopes) & set(granted):
        return FactRefusal(Reason.SCOPE, needs=spec.scopes[:1], who=spec.who)
    if any(used not in found.values for used in spec.uses):
        return next(
            (found.refusals[used] for used in spec.uses if used in found.refusals), FactRefusal(Reason.NEEDS)
        )
    return None


def _read(item: WantedFact, outcomes: Mapping[str, Outcome], asking: Asking) -> object:
    prefix = item.spec.name
    answers: dict[str, Answer] = {}
    for key in item.calls:
        outcome = outcomes[key]
        if isinstance(outcome, Answer):
            answers[key.removeprefix(prefix).lstrip(".")] = outcome
        elif outcome.code in item.spec.means:
            return item.spec.means[outcome.code]
        elif not item.spec.partial:
            return refusal_of(outcome, item.spec.who)
    if item.calls and not answers:
        no = next(outcomes[key] for key in item.calls)
        return refusal_of(no, item.spec.who) if isinstance(no, PortalError) else FactRefusal(Reason.BROKEN)
    try:
        return item.spec.read(answers, asking)
    except PortalError as error:
        return refusal_of(error, item.spec.who)
