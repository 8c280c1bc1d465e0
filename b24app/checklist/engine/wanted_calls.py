"""Which calls of a gathering are sent: those of every run by rank, then spare ones into the room that is left."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from b24app.bitrix24.responses import Command
from b24app.checklist.engine.fact import Asking, FactRefusal, Facts, FactSpec, Reason

BATCH = 50


@dataclass(frozen=True, slots=True)
class WantedFact:
    """A fact being read: its declaration, its calls by key of the batch, and those that were left out."""

    spec: FactSpec
    calls: Mapping[str, Command]
    left_out: Collection[str] = ()

    def part(self, key: str) -> str:
        """The fact's own name of the key."""
        return key.removeprefix(self.spec.name).removeprefix(".")


def of_the_first_batch(
    specs: Collection[FactSpec], asking: Asking, granted: Collection[str]
) -> tuple[list[FactSpec], list[FactSpec]]:
    """The calls of the first batch as far as they fit, first those that others need; the rest is sent with the second."""
    needed = {used for spec in specs for used in spec.uses}
    first: list[FactSpec] = []
    room = BATCH
    for spec in sorted(specs, key=lambda spec: spec.name not in needed):
        count = 0 if spec.second or missing(spec, asking.found, granted) else len(spec.calls(asking))
        if not spec.second and count <= room:
            room -= count
            first.append(spec)
    return sorted(first, key=lambda spec: spec.rank), [spec for spec in specs if spec not in first]


def with_calls(specs: Iterable[FactSpec], asking: Asking, room: int) -> list[WantedFact]:
    """The calls of every run, by rank; a fact that needs all its answers is sent whole or not at all.

    Where they do not fit, facts about many objects share the room: each gets its turn, none is always the last.
    """
    keyed = [(spec, _keyed(spec, spec.calls(asking))) for spec in specs]
    whole = [len(calls) for spec, calls in keyed if not spec.partial]
    parts = [len(calls) for spec, calls in keyed if spec.partial]
    wholes, shares = iter(_while_it_fits(whole, room)), iter(fair_shares(parts, room - sum(whole)))
    wanted: list[WantedFact] = []
    for spec, calls in keyed:
        sent = dict(islice(calls.items(), next(shares if spec.partial else wholes)))
        wanted.append(WantedFact(spec, sent, calls.keys() - sent.keys()))
    return wanted


def _while_it_fits(counts: Iterable[int], room: int) -> Iterator[int]:
    for count in counts:
        fits = count if count <= room else 0
        room -= fits
        yield fits


def fair_shares(needs: Sequence[int], room: int) -> list[int]:
    """How many each gets: small needs whole, the rest in equal parts."""
    shares = [0] * len(needs)
    left = max(0, room)
    for done, place in enumerate(sorted(range(len(needs)), key=lambda place: needs[place])):
        shares[place] = min(needs[place], left // (len(needs) - done))
        left -= shares[place]
    return shares


def with_spare(wanted: Iterable[WantedFact], asking: Asking) -> list[WantedFact]:
    """The same with as many spare calls as the requests that are sent anyway have room for."""
    items = list(wanted)
    room = -sum(len(item.calls) for item in items) % BATCH
    if not any(item.calls for item in items):
        room = BATCH
    filled: list[WantedFact] = []
    for item in items:
        calls = _keyed(item.spec, item.spec.spare(asking))
        spare = {
            key: call for key, call in calls.items() if key not in item.calls and key not in item.left_out
        }
        sent = dict(islice(spare.items(), room))
        room -= len(sent)
        left_out = {*item.left_out, *(spare.keys() - sent.keys())}
        filled.append(WantedFact(item.spec, {**item.calls, **sent}, left_out))
    return filled


def _keyed(spec: FactSpec, calls: Mapping[str, Command]) -> dict[str, Command]:
    """The calls of a fact by their keys in the batch; none of them writes."""
    return {_key(spec, key): replace(call, write=False) for key, call in calls.items()}


def batches(commands: Mapping[str, Command]) -> Iterator[dict[str, Command]]:
    """The commands by requests, in their order."""
    keys = list(commands)
    for start in range(0, len(keys), BATCH):
        yield {key: commands[key] for key in keys[start : start + BATCH]}


def _key(spec: FactSpec, part: str) -> str:
    return f"{spec.name}.{part}" if part else spec.name


def missing(spec: FactSpec, found: Facts, granted: Collection[str]) -> FactRefusal | None:
    """Why a fact is not asked for: it lacks a permission or the answer that its calls need."""
    if spec.scopes and not set(spec.scopes) & set(granted):
        return FactRefusal(Reason.SCOPE, needs=spec.scopes[:1], who=spec.who)
    if any(used not in found.values for used in spec.uses):
        return next(
            (found.refusals[used] for used in spec.uses if used in found.refusals), FactRefusal(Reason.NEEDS)
        )
    return None
