"""Asks a portal for facts: two batches at most, nothing without its scope, a cut batch is split and resumed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

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
from b24app.errors import AnswerBroken, PortalError, Unreachable, VendorFault

BATCH = 50
Progress = Callable[[int, Facts], None]


class BatchClient(Protocol):
    """What gathering needs of a portal's client."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send the commands as one request."""
        ...


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
    facts = known or Facts()
    for phase, second in enumerate((False, True), start=1):
        mine = [spec for spec in specs if spec.second is second]
        facts = facts.joined(_ask(client, mine, Asking(now, facts, salt), granted))
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


def _ask(client: BatchClient, specs: Iterable[FactSpec], asking: Asking, granted: Collection[str]) -> Facts:
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
    outcomes = _send(client, {key: call for item in wanted for key, call in item.calls.items()})
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


def _send(client: BatchClient, commands: Mapping[str, Command]) -> dict[str, Outcome]:
    """Send a batch; one that was cut is asked again in halves, in order of worth."""
    if not commands:
        return {}
    try:
        outcomes = client.batch(commands)
    except (Unreachable, VendorFault) as error:
        return _split(client, commands, error)
    except PortalError as error:
        return dict.fromkeys(commands, error)
    lost = {key: call for key, call in commands.items() if key not in outcomes}
    if lost:
        outcomes |= _split(client, lost, AnswerBroken("batch_cut", "the answer holds no such key"))
    return outcomes


def _split(client: BatchClient, commands: Mapping[str, Command], error: PortalError) -> dict[str, Outcome]:
    if len(commands) == 1:
        return dict.fromkeys(commands, error)
    keys = list(commands)
    half = (len(keys) + 1) // 2
    first = _send(client, {key: commands[key] for key in keys[:half]})
    if all(isinstance(outcome, Unreachable) for outcome in first.values()):
        return first | dict.fromkeys(keys[half:], error)
    return first | _send(client, {key: commands[key] for key in keys[half:]})


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
